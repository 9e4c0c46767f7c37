/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/reach.h"

/* clang-format off */
static const char *const kinds[] = {
	[REACH_SOURCE] = "which would cover the source",
	[REACH_TARGET] = "which is the target of another bind",
	[REACH_OTHER]  = "which is not the target",
};
/* clang-format on */

struct reach_steps reach_steps_of(const struct plan *plan)
{
	const struct step_list *steps = &plan->steps;
	struct reach_steps does = {
		.n_detached = step_list_count(steps, STEP_PEEL) +
			      step_list_count(steps, STEP_REPLACE) +
			      step_list_count(steps, STEP_DETACH),
		.attaches = step_list_has_new_mount(steps),
	};

	/* What is held open for writing is replaced, once that is found out. */
	if (step_list_has(steps, STEP_SET_READ_ONLY) && !does.attaches) {
		does.n_detached++;
		does.attaches = true;
	}
	return does;
}

static int error_seen(struct error *err, const struct want *want, const struct reach *reach)
{
	return error_set(
		err, ERROR_REACHES_ELSEWHERE, 0, PTR_KEY(PTR_ROOT, "target"),
		"what is mounted at '%s' would be seen at '%s' as well, %s, because "
		"the mounts at '%s' and '%s' share what is mounted on them; make "
		"'%s' private (mount --make-private), or mount on the real path",
		want->target, reach->place, kinds[reach->kind], reach->carrier, reach->with,
		reach->carrier);
}

static int error_lost(struct error *err, const struct want *want, const struct reach *reach)
{
	return error_set(err, ERROR_REACHES_ELSEWHERE, 0, PTR_KEY(PTR_ROOT, "target"),
			 "with the mount at '%s' another one at '%s' would be unmounted as "
			 "well, because the mount at '%s' is shared; make '%s' private "
			 "(mount --make-private), then run robind",
			 want->target, reach->lost, reach->carrier, reach->carrier);
}

int reach_error(struct error *err, const struct want *want, const struct reach *reach)
{
	return reach->lost ? error_lost(err, want, reach) : error_seen(err, want, reach);
}

static int refuse(const struct want *want, const struct reach *reach, struct plan *plan)
{
	struct error err = {0};

	(void)reach_error(&err, want, reach);
	return plan_refuse_as(plan, &err);
}

int rule_reach(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct step_list *steps = &plan->steps;
	const struct reach *reach = &have->reach;
	bool detaches = step_list_has(steps, STEP_PEEL) ||
			step_list_has(steps, STEP_REPLACE) ||
			step_list_has(steps, STEP_DETACH);

	if (!(reach->lost && detaches) && !(reach->place && step_list_has_new_mount(steps)))
		return 0;
	return refuse(want, reach, plan);
}
