/* SPDX-License-Identifier: Apache-2.0 */
#include "run/round.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/unproved.h"
#include "observe/carried.h"
#include "observe/hidden.h"
#include "observe/reach.h"
#include "plan/planner.h"
#include "plan/reach.h"

#define LOOKS_AGAIN_MAX 3

void round_done(struct round *round)
{
	plan_done(&round->plan);
	have_done(&round->have);
}

static int note_covered(const struct plan *plan, struct outcome *out, struct error *err)
{
	free(out->covered);
	out->covered = NULL;
	if (!plan->covered)
		return 0;
	out->covered = strdup(plan->covered);
	return out->covered ? 0 : error_no_memory(err);
}

static int note_what_stays(struct plan *plan, struct outcome *out, struct error *err)
{
	free(out->kept);
	out->kept = STEAL(plan->kept);
	return note_covered(plan, out, err);
}

static int observe_for(const struct converge *c, const struct want *want,
		       const struct want *outer, enum outer_is outer_is,
		       struct round *round, struct error *err)
{
	int r = 0;

	if (outer_is == OUTER_IS_THERE)
		return observe(&c->view, want, round->is_again, &round->have, err);
	if (outer_is == OUTER_IS_REPLACED)
		r = carried_observe(&c->view, want, outer, &round->have, err);
	if (r != 0)
		return r < 0 ? r : 0;
	return observe_in_outer(&c->view, want, outer, &round->have, err);
}

static int look_once(const struct converge *c, const struct want *outer,
		     enum outer_is outer_is, const struct want *want, struct round *round,
		     struct error *err)
{
	int r = observe_for(c, want, outer, outer_is, round, err);

	return r == 0 ? plan_make(want, outer, &round->have, c->check_mode, &round->plan,
				  err)
		      : r;
}

/* What was found there was taken away before it was read: that is looked at again, not told. */
static int look_until_steady(const struct converge *c, const struct want *outer,
			     enum outer_is outer_is, const struct want *want,
			     struct round *round, struct error *err)
{
	int r = look_once(c, outer, outer_is, want, round, err);

	for (unsigned n = 0; r < 0 && err->kind == ERROR_RACE && n < LOOKS_AGAIN_MAX; n++) {
		round_done(round);
		err->kind = ERROR_NONE;
		r = look_once(c, outer, outer_is, want, round, err);
	}
	return r;
}

/* One new mount and no more can be made of what was seen by its name. */
static bool may_be_by_name(const struct converge *c, const struct want *want,
			   const struct have *have, const struct plan *plan)
{
	const struct step_list *steps = &plan->steps;

	if (have->source.fd != PINNED_BY_NAME && have->target.fd != PINNED_BY_NAME)
		return true;
	if (steps->count == 0)
		return !plan->refusal;
	return steps->count == 1 && steps->items[0] == STEP_ATTACH && !plan->refusal &&
	       !want->recursive && !want_is_self(want) && c->context.unproved &&
	       unproved_has_room(c->context.unproved);
}

int round_look(const struct converge *c, const struct want *outer, enum outer_is outer_is,
	       struct outcome *out, struct round *round, struct error *err)
{
	const struct want *want = out->want;
	int r = look_until_steady(c, outer, outer_is, want, round, err);

	if (r == 0 && !c->check_mode &&
	    !may_be_by_name(c, want, &round->have, &round->plan)) {
		struct converge whole = *c;

		whole.view.opens_all = true;
		round_done(round);
		r = look_until_steady(&whole, outer, outer_is, want, round, err);
	}
	out->is_after_known = r == 0;
	/* What was foretold stands, when others have had their turn. */
	if (r == 0 && !(c->check_mode && round->is_again))
		out->after = round->plan.before;
	return r == 0 ? note_what_stays(&round->plan, out, err) : r;
}

int round_look_elsewhere(const struct converge *c, const struct want *outer,
			 struct outcome *out, struct round *round, struct error *err)
{
	const struct want *want = out->want;
	struct have *have = &round->have;
	int r = 0;

	if (round->plan.refusal)
		return 0;
	r = reach_look(&c->view, want, reach_steps_of(&round->plan), have, err);
	if (r < 0 ||
	    (!have->reach.place && !have->reach.lost && !have->reach.is_stack_known))
		return r;
	plan_done(&round->plan);
	r = plan_make(want, outer, have, c->check_mode, &round->plan, err);
	return r == 0 ? note_what_stays(&round->plan, out, err) : r;
}

int round_look_beneath(const struct converge *c, const struct round *round,
		       struct outcome *out, struct error *err)
{
	const struct have *have = &round->have;

	if (round->is_again || round->plan.refusal || want_is_self(out->want) ||
	    have->n_layers > 0 || !pinned_path_is_there(&have->target) ||
	    !step_list_has_new_mount(&round->plan.steps))
		return 0;
	return hidden_look(c->view.mounts, out->want->target, have, &out->hides) == -ENOMEM
		       ? error_no_memory(err)
		       : 0;
}
