/* SPDX-License-Identifier: Apache-2.0 */
#include "run/converge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/failure.h"
#include "observe/carried.h"
#include "plan/boot_risks.h"
#include "plan/loss.h"
#include "request/request.h"
#include "run/predict.h"
#include "run/round.h"

/* Peeling a stack or a race with another tool can take a second look; more is a fight. */
#define ROUNDS_MAX 4u

/* Who may not change mounts is told so before anything is tried. */
static int may_not(const struct want *want, struct error *err)
{
	const struct failure failure = {.call = CALL_CHANGE,
					.number = EPERM,
					.path = want->target,
					.at = PTR_ROOT};

	return failure_set(err, &failure);
}

/* Do what is planned. Returns 1 when it has to be looked at again. */
static int act(const struct converge *c, const struct round *round, struct outcome *out,
	       struct error *err)
{
	const struct plan *plan = &round->plan;
	int r = 0;

	if (plan->drift.count == 0)
		return plan->refusal ? plan_refused(plan, err) : 0;
	if (!c->features->may_mount && plan->steps.count > 0 && !plan->refusal)
		return may_not(out->want, err);
	r = apply_plan(&c->context, out->want, &round->have, plan, &out->done, err);
	out->changed = out->done.steps.count > 0;
	view_turn(&c->view, out->want)->has_acted |= out->changed;
	if (r == 0 && plan->refusal)
		return plan_refused(plan, err);
	return r < 0 ? -1 : 1;
}

/* What the reply tells of this round: the first look, and the first reason for a change. */
static void remember(const struct converge *c, struct round *round, struct outcome *out)
{
	struct plan *plan = &round->plan;
	bool has_drift = plan->drift.count > 0;

	free(out->frozen_at);
	out->frozen_at = STEAL(round->have.frozen_at);
	free(out->automount);
	out->automount = STEAL(round->have.automount);
	free(out->left_unit);
	out->left_unit = STEAL(round->have.on.unit);
	out->is_automount_left = round->have.on.mount != 0 && !round->have.on.may_stop;
	if (!round->is_again)
		out->source_attr = round->have.source_attr;
	/* Of a bind that stays as it is only who asks for them is told of its risks. */
	if (has_drift || c->view.req->judges_boot)
		out->risks = risk_find(out->want, &round->have);
	if (round->is_again && (out->drift.count > 0 || !has_drift))
		return;
	drift_list_done(&out->drift);
	out->drift = plan->drift;
	plan->drift = (struct drift_list){0};
	out->before = plan->before;
	out->line_due = plan->line.action;
	out->leaves_copies = plan->leaves_copies;
}

/* Its mounts would take what lies below along, which was to go by itself and did not. */
static int check_within(const struct converge *c, const struct plan *plan,
			const struct outcome *out, struct error *err)
{
	const struct want *failed = view_turn(&c->view, out->want)->failed_within;

	if (!failed || want_is_there(out->want) || plan->steps.count == 0 || plan->refusal)
		return 0;
	return error_set(err, ERROR_INNER_FAILED, 0, PTR_ROOT,
			 "'%s' below it could not be taken away, and is left with it; "
			 "mend that first",
			 failed->target);
}

/* What is purged would take what this request has just mounted below it along. */
static int check_purged(const struct converge *c, const struct plan *plan,
			const struct outcome *out, struct error *err)
{
	const struct want *made = view_turn(&c->view, out->want)->made_within;
	const struct mount lost = {.point = made ? made->target : NULL};

	if (!made || plan->refusal || !step_list_has(&plan->steps, STEP_DETACH))
		return 0;
	return loss_error(err, out->want, &lost);
}

/* Its replacement would lose a bind that lies in it, and is not of this request. */
static int check_carried(const struct round *round, const struct outcome *out,
			 struct error *err)
{
	const struct want *want = out->want;
	const struct mount *lost = NULL;

	if (round->plan.refusal || want->replace || round->have.n_layers == 0 ||
	    !step_list_has_new_mount(&round->plan.steps))
		return 0;
	if (carried_find_lost(want, &round->have, &lost) < 0)
		return error_no_memory(err);
	return lost ? loss_error(err, want, lost) : 0;
}

/* Judge what a plan would do to others, and to what lies within. */
static int look_around(const struct converge *c, const struct want *outer,
		       enum outer_is outer_is, struct round *round, struct outcome *out,
		       struct error *err)
{
	int r = 0;

	/* What carries a target that is yet to come will be private. */
	if (outer_is == OUTER_IS_THERE)
		r = round_look_elsewhere(c, outer, out, round, err);
	if (r == 0)
		r = check_within(c, &round->plan, out, err);
	if (r == 0)
		r = check_purged(c, &round->plan, out, err);
	return r == 0 ? check_carried(round, out, err) : r;
}

/*
 * Check mode: what apply would see once the upper layers are off. Where that cannot be seen
 * before, what was told of it from above stands.
 */
static int foresee_peeled(const struct converge *c, const struct want *outer,
			  struct outcome *out, struct error *err)
{
	struct round round = {.have = HAVE_INIT, .is_again = true};
	int r = round_look(c, outer, OUTER_IS_THERE, out, &round, err);

	if (r == 0 && round.have.is_uncovered) {
		r = look_around(c, outer, OUTER_IS_THERE, &round, out, err);
		if (r == 0)
			r = predict_peeled(&round.plan, out, err);
	}
	round_done(&round);
	return r;
}

static int foretell(const struct converge *c, const struct want *outer, struct round *round,
		    struct outcome *out, struct error *err)
{
	size_t n_peeled = step_list_count(&round->plan.steps, STEP_PEEL);
	struct turn *turn = view_turn(&c->view, out->want);
	int r = predict(&c->view, &round->have, &round->plan, round->is_again, out, err);

	if (r < 0 || round->is_again || n_peeled == 0)
		return r;
	r = turn_peel(turn, &round->have, plan_count_off(&round->have, n_peeled));
	if (r < 0)
		return r == -ENOMEM ? error_no_memory(err) : 0;
	r = foresee_peeled(c, outer, out, err);
	turn_give_back(turn);
	return r;
}

/* One round. Returns 1 when there is more to see, 0 at the end, -1 with *err set. */
static int run_round(const struct converge *c, const struct want *outer,
		     enum outer_is outer_is, bool is_again, struct outcome *out,
		     struct error *err)
{
	struct round round = {.have = HAVE_INIT, .is_again = is_again};
	int r = round_look(c, outer, outer_is, out, &round, err);

	if (r == 0)
		r = look_around(c, outer, outer_is, &round, out, err);
	if (r == 0)
		r = round_look_beneath(c, &round, out, err);
	if (r == 0)
		r = c->check_mode ? foretell(c, outer, &round, out, err)
				  : act(c, &round, out, err);
	remember(c, &round, out);
	round_done(&round);
	return r;
}

/* mount(2) takes any flag, and passes over those that it does not know (nosymfollow: 5.10). */
static bool is_unknown_to_kernel(const struct outcome *out)
{
	return out->after.mounted &&
	       (out->want->options.set & ~out->after.attr & MOUNT_FLAG_NOSYMFOLLOW);
}

static int conclude(int r, struct outcome *out, struct error *err)
{
	if (r > 0 && is_unknown_to_kernel(out))
		return error_set(
			err, ERROR_SYSTEM, EOPNOTSUPP, PTR_KEY(PTR_ROOT, "options"),
			"'%s' is there without nosymfollow, which this kernel does not "
			"know (Linux 5.10 does); leave that option out",
			out->want->target);
	if (r > 0)
		r = error_set(err, ERROR_NOT_CONVERGED, 0, PTR_ROOT,
			      "'%s' is still not as asked after %u rounds; see who else "
			      "mounts there",
			      out->want->target, ROUNDS_MAX);
	if (r == 0)
		out->status = out->changed ? STATUS_CHANGED : STATUS_OK;
	return r;
}

int converge_begin(const struct converge *c, const struct want *outer,
		   enum outer_is outer_is, struct outcome *out, struct error *err)
{
	int r = run_round(c, outer, outer_is, false, out, err);

	out->needs_check = r > 0;
	return conclude(r > 0 ? 0 : r, out, err);
}

int converge_finish(const struct converge *c, const struct want *outer, struct outcome *out,
		    struct error *err)
{
	size_t least = out->after.stacked;
	unsigned n = 0;
	int r = 1;

	out->needs_check = false;
	while (r > 0 && n++ < ROUNDS_MAX) {
		r = run_round(c, outer, OUTER_IS_THERE, true, out, err);
		/* With shared mounts some go as others do; what gets less is no fight. */
		if (out->after.stacked < least) {
			least = out->after.stacked;
			n = 0;
		}
	}
	return conclude(r, out, err);
}

int converge_look_after(const struct converge *c, struct outcome *out, struct error *err)
{
	struct round round = {.have = HAVE_INIT, .is_again = true};
	int r = round_look(c, NULL, OUTER_IS_THERE, out, &round, err);

	round_done(&round);
	return r;
}
