/* SPDX-License-Identifier: Apache-2.0 */
#include "run/predict.h"

/* Of a plan that is refused apply does what protects, as apply_plan() says. */
static int predict_refused(const struct plan *plan, struct outcome *out, struct error *err)
{
	if (!step_list_has(&plan->steps, STEP_SET_READ_ONLY))
		return plan_refused(plan, err);
	if (step_list_add(&out->done.steps, STEP_SET_READ_ONLY) < 0)
		return error_no_memory(err);
	out->changed = true;
	out->after.read_only = true;
	return plan_refused(plan, err);
}

/*
 * What a later removal would uncover would be taken away as well, and what an inner bind
 * that failed would leave is refused.
 */
static int predict_again(const struct view *view, const struct have *have,
			 const struct plan *plan, struct outcome *out, struct error *err)
{
	size_t n = step_list_count(&plan->steps, STEP_DETACH);

	if (have->is_uncovered)
		out->after = plan->refusal ? plan->before : plan->after;
	if (plan->refusal)
		return plan_refused(plan, err);
	if (!have->is_uncovered)
		return 0;
	if (turn_take(view_turn(view, out->want), have) < 0)
		return error_no_memory(err);
	for (; n > 0; n--) {
		if (step_list_add(&out->done.steps, STEP_DETACH) < 0)
			return error_no_memory(err);
		out->changed = true;
	}
	return 0;
}

int predict_peeled(struct plan *plan, struct outcome *out, struct error *err)
{
	struct step_list *done = &out->done.steps;
	bool in_fstab = out->after.in_fstab;

	done->count = step_list_count(done, STEP_PEEL);
	out->after = plan->refusal ? plan->before : plan->after;
	out->after.in_fstab = in_fstab;
	if (plan->refusal)
		return predict_refused(plan, out, err);
	for (size_t i = 0; i < plan->steps.count; i++) {
		if (step_list_add(done, plan->steps.items[i]) < 0)
			return error_no_memory(err);
	}
	return 0;
}

/* With the target come the directories above it; not where apply may miss its own source. */
static void note_made(const struct view *view, const struct want *want,
		      const struct have *have, const struct plan *plan)
{
	if (view->made && !drift_list_has(&plan->drift, DRIFT_SOURCE_MISSING) &&
	    step_list_has(&plan->steps, STEP_CREATE_TARGET))
		made_sources_note(view->made, want->target, have->ground.mount);
}

int predict(const struct view *view, const struct have *have, struct plan *plan,
	    bool is_again, struct outcome *out, struct error *err)
{
	bool takes = want_is_gone(out->want) && plan->steps.count > 0;

	if (is_again)
		return predict_again(view, have, plan, out, err);
	if (plan->refusal)
		return predict_refused(plan, out, err);
	view->mounts->reach.is_old |= takes;
	if (takes && (turn_take(view_turn(view, out->want), have) < 0 ||
		      view_take_copies(view, out->want, have) < 0))
		return error_no_memory(err);
	note_made(view, out->want, have, plan);
	if (step_list_has(&plan->steps, STEP_REMOVE_TARGET))
		view_take_target(view, out->want);
	view_turn(view, out->want)->shows_other = have->n_layers > 0 &&
						  have->layers[0].kind != LAYER_SAME &&
						  step_list_has_new_mount(&plan->steps);
	out->after = plan->after;
	out->changed = plan->drift.count > 0;
	out->line = plan->line.action;
	out->done.steps = plan->steps;
	plan->steps = (struct step_list){0};
	return 0;
}
