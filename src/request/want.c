#include "request/want.h"

#include <stdlib.h>
#include <string.h>

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

const char *const fstab_type_names[FSTAB_TYPE_COUNT_] = {
	[FSTAB_TYPE_NONE] = "none",
	[FSTAB_TYPE_ROBIND] = "robind",
};

void want_paths_done(struct want *want)
{
	free(want->source);
	free(want->target);
	free(want->source_mount.path);
	want->source = NULL;
	want->target = NULL;
	want->source_mount.path = NULL;
}

void want_done(struct want *want)
{
	want_paths_done(want);
	for (size_t i = 0; i < want->fstab_options.count; i++)
		free(want->fstab_options.items[i]);
	free(want->fstab_options.items);
	want->fstab_options = (struct words_list){0};
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

bool want_is_self(const struct want *want)
{
	return want->source && strcmp(want->source, want->target) == 0;
}
