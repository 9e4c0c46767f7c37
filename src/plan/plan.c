/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"

/* clang-format off */
const char *const step_names[STEP_COUNT_] = {
	[STEP_CREATE_TARGET] = "create_target",
	[STEP_PEEL]          = "peel",
	[STEP_SET_READ_ONLY] = "set_read_only",
	[STEP_SET_OPTIONS]   = "set_options",
	[STEP_SET_PRIVATE]   = "set_private",
	[STEP_ATTACH]        = "attach",
	[STEP_REPLACE]       = "replace",
	[STEP_DETACH]        = "detach",
	[STEP_STOP_AUTOMOUNT] = "stop_automount",
	[STEP_REMOVE_TARGET] = "remove_target",
};
/* clang-format on */

bool target_state_is_equal(const struct target_state *a, const struct target_state *b)
{
	return a->mounted == b->mounted && a->read_only == b->read_only &&
	       a->same_as_source == b->same_as_source && a->recursive == b->recursive &&
	       a->propagation == b->propagation && a->attr == b->attr &&
	       a->stacked == b->stacked && a->in_fstab == b->in_fstab;
}

int step_list_add(struct step_list *list, enum step_kind kind)
{
	int r = step_list_reserve(list, 1);

	if (r == 0)
		step_list_put(list, kind);
	return r;
}

int step_list_reserve(struct step_list *list, size_t n)
{
	return ARRAY_RESERVE(list->items, list->count, n);
}

void step_list_put(struct step_list *list, enum step_kind kind)
{
	list->items[list->count++] = kind;
}

void step_list_done(struct step_list *list)
{
	free(list->items);
	*list = (struct step_list){0};
}

size_t step_list_count(const struct step_list *list, enum step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		n += list->items[i] == kind;
	return n;
}

bool step_list_has(const struct step_list *list, enum step_kind kind)
{
	return step_list_count(list, kind) > 0;
}

bool step_list_has_new_mount(const struct step_list *list)
{
	return step_list_has(list, STEP_ATTACH) || step_list_has(list, STEP_REPLACE);
}

int plan_refuse_as(struct plan *plan, const struct error *why)
{
	if (plan->refusal)
		return 0;
	plan->refusal = malloc(sizeof(*plan->refusal));
	if (!plan->refusal)
		return -1;
	*plan->refusal = *why;
	return 0;
}

int plan_refused(const struct plan *plan, struct error *err)
{
	*err = *plan->refusal;
	return -1;
}

int plan_refuse(struct plan *plan, enum error_kind kind, const struct json_pointer *at,
		const char *fmt, ...)
{
	struct error why = {0};
	char text[sizeof(why.text)];
	va_list args;

	if (plan->refusal)
		return 0;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	(void)error_set(&why, kind, 0, at, "%s", text);
	return plan_refuse_as(plan, &why);
}

void plan_done(struct plan *plan)
{
	drift_list_done(&plan->drift);
	line_plan_done(&plan->line);
	step_list_done(&plan->steps);
	free(plan->refusal);
	free(plan->kept);
	*plan = (struct plan){0};
}
