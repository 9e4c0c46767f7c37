/* SPDX-License-Identifier: Apache-2.0 */
#include "request/want.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/macro.h"

/* clang-format off */
const struct state_rule state_rules[STATE_COUNT_] = {
	[STATE_MOUNTED]       = { "mounted",       DECIDES_THERE,   DECIDES_THERE },
	[STATE_EPHEMERAL]     = { "ephemeral",     DECIDES_THERE,   DECIDES_NOTHING },
	[STATE_UNMOUNTED]     = { "unmounted",     DECIDES_GONE,    DECIDES_NOTHING },
	[STATE_ABSENT]        = { "absent",        DECIDES_GONE,    DECIDES_GONE },
	[STATE_FSTAB_PRESENT] = { "fstab_present", DECIDES_NOTHING, DECIDES_THERE },
	[STATE_FSTAB_ABSENT]  = { "fstab_absent",  DECIDES_NOTHING, DECIDES_GONE },
	[STATE_FSTAB_ONLY]    = { "fstab_only",    DECIDES_GONE,    DECIDES_THERE },
};
/* clang-format on */

int words_list_add(struct words_list *list, const char *word)
{
	char *copy = strdup(word);

	if (!copy || ARRAY_RESERVE(list->items, list->count, 1) < 0) {
		free(copy);
		return -1;
	}
	list->items[list->count++] = copy;
	return 0;
}

static void words_list_done(struct words_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct words_list){0};
}

void want_paths_done(struct want *want)
{
	free(want->source);
	free(want->target);
	free(want->source_mount.path);
	want->source = NULL;
	want->target = NULL;
	want->source_mount.path = NULL;
}

const char *want_asked_source(const struct want *want)
{
	if (want->is_source_found)
		return NULL;
	return want->asked && want->asked->target ? want->asked->source : want->source;
}

const char *want_asked_target(const struct want *want)
{
	return want->asked && want->asked->target ? want->asked->target : want->target;
}

static void asked_done(struct want_asked *asked)
{
	if (!asked)
		return;
	free(asked->source);
	free(asked->target);
	error_drop(asked->error);
	free(asked);
}

void want_done(struct want *want)
{
	want_paths_done(want);
	asked_done(STEAL(want->asked));
	free(STEAL(want->owner.name));
	free(STEAL(want->group.name));
	words_list_done(&want->fstab_options);
	words_list_done(&want->opts.fstab_options);
}

bool want_is_there(const struct want *want)
{
	return state_rules[want->state].live == DECIDES_THERE;
}

bool want_is_gone(const struct want *want)
{
	return state_rules[want->state].live == DECIDES_GONE;
}

enum decides want_of_fstab(const struct want *want)
{
	return state_rules[want->state].fstab;
}

bool want_makes_target(const struct want *want)
{
	return want->create && want_is_there(want);
}

bool want_removes_target(const struct want *want)
{
	return want->remove_target && want->state == STATE_ABSENT;
}

bool want_is_self(const struct want *want)
{
	return want->source && strcmp(want->source, want->target) == 0;
}
