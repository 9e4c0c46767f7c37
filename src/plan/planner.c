/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/planner.h"

#include "plan/reach.h"
#include "plan/rules.h"

static bool has_copies(const struct have *have)
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (have->below_kinds[i] == BELOW_COPY)
			return true;
	}
	return false;
}

/* All that the source has is seen at its place, or that is another bind's. */
static bool is_whole(const struct have *have)
{
	for (size_t i = 0; i < have->source_below.count; i++) {
		if (!have->is_matched[i])
			return false;
	}
	return true;
}

static struct target_state state_of(const struct want *want, const struct have *have)
{
	const struct layer *top = have->layers;
	bool in_fstab = have->line.bind != NULL;

	if (have->n_layers == 0)
		return (struct target_state){.in_fstab = in_fstab};
	return (struct target_state){
		.mounted = true,
		.in_fstab = in_fstab,
		.read_only = mount_is_read_only(&top->mount),
		.same_as_source = top->kind == LAYER_SAME,
		.recursive = want->recursive ? is_whole(have) : has_copies(have),
		.propagation = top->mount.propagation,
		.attr = top->mount.attr & MOUNT_FLAG_CARRIED,
		.stacked = have->n_layers,
	};
}

size_t plan_count_off(const struct have *have, size_t n_steps)
{
	size_t n = 0;

	while (n < have->n_layers && (n_steps > 0 || have->layers[n].goes_along))
		n_steps -= !have->layers[n++].goes_along;
	return n;
}

/* What will be seen once the steps are done; they are all there is to it. */
static struct target_state predict_live(const struct want *want, const struct have *have,
					const struct plan *plan)
{
	const struct step_list *steps = &plan->steps;
	struct target_state s = plan->before;
	size_t n_peeled = step_list_count(steps, STEP_PEEL);
	size_t peeled = plan_count_off(have, n_peeled);

	if (peeled > 0 && peeled < have->n_layers) {
		s.read_only = mount_is_read_only(&have->layers[peeled].mount);
		s.same_as_source = have->layers[peeled].kind == LAYER_SAME;
		s.propagation = have->layers[peeled].mount.propagation;
		s.attr = have->layers[peeled].mount.attr & MOUNT_FLAG_CARRIED;
		s.recursive &= want->recursive; /* what was on it went with it */
	}
	s.stacked -= plan_count_off(have, n_peeled + step_list_count(steps, STEP_REPLACE) +
						  step_list_count(steps, STEP_DETACH));
	if (step_list_has(steps, STEP_DETACH) && s.stacked == 0)
		return (struct target_state){0};
	if (step_list_has_new_mount(steps)) {
		s.mounted = s.read_only = s.same_as_source = true;
		s.recursive = want->recursive;
		s.attr = flags_apply(have->source_attr, plan->new_flags) &
			 MOUNT_FLAG_CARRIED;
		if (!want->read_only_alone)
			s.propagation = PROPAGATION_PRIVATE;
		s.stacked++;
	}
	s.read_only |= step_list_has(steps, STEP_SET_READ_ONLY);
	if (step_list_has(steps, STEP_SET_OPTIONS))
		s.attr = flags_apply(s.attr, want->options);
	if (step_list_has(steps, STEP_SET_PRIVATE))
		s.propagation = PROPAGATION_PRIVATE;
	return s;
}

static struct target_state predict_state(const struct want *want, const struct have *have,
					 const struct plan *plan)
{
	struct target_state s = predict_live(want, have, plan);

	s.in_fstab = plan->before.in_fstab;
	if (plan->line.action != LINE_ACTION_LEAVE)
		s.in_fstab = want_of_fstab(want) == DECIDES_THERE;
	return s;
}

/*
 * What is refused a new mount, or to be taken off, shall at least not stay writable; but where
 * the source is missing, nothing is touched.
 */
static int protect(const struct have *have, struct plan *plan)
{
	const struct layer *top = have->layers;

	if (have->n_layers == 0 || !layer_is_of_source(top) ||
	    mount_is_read_only(&top->mount) ||
	    drift_list_has(&plan->drift, DRIFT_SOURCE_MISSING) ||
	    step_list_has(&plan->steps, STEP_SET_READ_ONLY))
		return 0;
	return step_list_add(&plan->steps, STEP_SET_READ_ONLY);
}

static int rule_live(const struct want *want, const struct want *outer,
		     const struct have *have, bool in_check_mode, struct plan *plan)
{
	bool is_untriggered = false;
	int r = rule_untriggered(have, plan, &is_untriggered);

	if (r == 0 && !is_untriggered && want_is_there(want))
		r = rule_there(want, outer, have, in_check_mode, plan);
	if (r == 0 && !is_untriggered && want_is_gone(want))
		r = rule_gone(want, have, plan);
	if (r == 0 && !is_untriggered && want_removes_target(want))
		r = rule_removal(want, have, plan);
	if (r == 0)
		r = rule_reach(want, have, plan);
	return r == 0 && plan->refusal && want_is_there(want) ? protect(have, plan) : r;
}

int plan_make(const struct want *want, const struct want *outer, const struct have *have,
	      bool in_check_mode, struct plan *ret, struct error *err)
{
	struct plan plan = {.before = state_of(want, have)};
	int r = rule_live(want, outer, have, in_check_mode, &plan);

	if (r == 0)
		r = rule_fstab(want, have, &plan);
	if (r < 0) {
		plan_done(&plan);
		return error_no_memory(err);
	}
	plan.after = predict_state(want, have, &plan);
	*ret = plan;
	return 0;
}
