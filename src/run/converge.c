#include "run/converge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/privilege.h"
#include "observe/reach.h"
#include "plan/boot_risks.h"
#include "plan/reach.h"
#include "request/request.h"

/* Peeling a stack or a race with another tool can take a second look; more is a fight. */
#define ROUNDS_MAX 4u

static int observe_round(const struct converge *c, const struct want *outer,
			 bool is_planned, bool again, const struct want *want,
			 struct have *have, struct error *err)
{
	if (is_planned)
		return observe_in_outer(&c->view, want, outer, have, err);
	return observe(&c->view, want, again, have, err);
}

static int note_covered(const struct plan *plan, struct outcome *out)
{
	free(out->covered);
	out->covered = NULL;
	if (!plan->covered)
		return 0;
	out->covered = strdup(plan->covered);
	return out->covered ? 0 : error_no_memory(&out->fail);
}

/* In check mode the steps of the plan are what would be done. */
static void predict(struct plan *plan, struct outcome *out)
{
	out->changed = plan->drift.count > 0;
	out->after = plan->after;
	if (!out->changed)
		return;
	out->line = plan->line.action;
	out->done.steps = plan->steps;
	plan->steps = (struct step_list){0};
}

static int act(const struct converge *c, const struct want *want, const struct have *have,
	       const struct plan *plan, struct outcome *out)
{
	int r = 0;

	if (!c->features->may_mount && plan->steps.count > 0 && !plan->refusal)
		return error_set(&out->fail, ERROR_PERMISSION, EPERM, PTR_ROOT,
				 "changing mounts needs CAP_SYS_ADMIN; %s",
				 sys_is_root()
					 ? "root lacks it here, as in a container; run "
					   "robind on the host, or grant it"
					 : "run robind as root");
	r = apply_plan(&c->context, want, have, plan, &out->done, &out->fail);
	out->changed = out->done.steps.count > 0;
	if (r == 0 && plan->refusal) {
		out->fail = *plan->refusal;
		r = -1;
	}
	return r;
}

/*
 * What the steps would do elsewhere is looked at only where there are some, and judged with
 * all else.
 */
static int make_plan(const struct converge *c, const struct want *outer, bool is_planned,
		     const struct want *want, struct have *have, struct plan *plan,
		     struct error *err)
{
	int r = plan_make(want, outer, have, c->check_mode, plan, err);

	/* What carries a target that is yet to come will be private. */
	if (r < 0 || plan->refusal || is_planned)
		return r;
	r = reach_look(&c->view, want, reach_steps_of(plan), have, err);
	if (r < 0 || (!have->reach.place && !have->reach.lost))
		return r;
	plan_done(plan);
	return plan_make(want, outer, have, c->check_mode, plan, err);
}

/* One round. Returns 1 when there is more to see, 0 at the end, -1 with out->fail set. */
static int round_of(const struct converge *c, const struct want *outer, bool is_planned,
		    unsigned n, struct outcome *out)
{
	struct have have = HAVE_INIT;
	struct plan plan = {0};
	const struct want *want = out->real;
	int r = observe_round(c, outer, is_planned, n > 0, want, &have, &out->fail);

	if (r == 0)
		r = make_plan(c, outer, is_planned, want, &have, &plan, &out->fail);
	if (r == 0)
		r = note_covered(&plan, out);
	if (r == 0 && plan.refusal && (c->check_mode || plan.drift.count == 0)) {
		out->fail = *plan.refusal;
		r = -1;
	} else if (r == 0 && plan.drift.count > 0 && !c->check_mode) {
		r = act(c, want, &have, &plan, out) < 0 ? -1 : 1;
	}
	if (!c->check_mode || r < 0)
		out->after = plan.before;
	if (c->check_mode && r == 0)
		predict(&plan, out);
	free(out->frozen_at);
	out->frozen_at = STEAL(have.frozen_at);
	if (n == 0)
		out->source_attr = have.source_attr;
	/* Nobody is told of those of a bind that stays as it is, unless that is asked for.
	 */
	if (plan.drift.count > 0 || c->view.req->judges_boot)
		out->risks = risk_find(want, &have);
	/* The reply tells why: what was found first that was not as asked. */
	if (n == 0 || (out->plan.drift.count == 0 && plan.drift.count > 0)) {
		plan_done(&out->plan);
		out->plan = plan;
		plan = (struct plan){0};
	}
	plan_done(&plan);
	have_done(&have);
	return r;
}

/* After a failure: what is there now, as far as it can be seen. */
static void look_after(const struct converge *c, struct outcome *out)
{
	struct have have = HAVE_INIT;
	struct plan plan = {0};
	struct error ignored = {0};

	if (observe(&c->view, out->real, true, &have, &ignored) == 0 &&
	    plan_make(out->real, NULL, &have, false, &plan, &ignored) == 0)
		out->after = plan.before;
	plan_done(&plan);
	have_done(&have);
}

static void conclude(const struct converge *c, int r, struct outcome *out)
{
	if (r > 0)
		r = error_set(&out->fail, ERROR_NOT_CONVERGED, 0, PTR_ROOT,
			      "'%s' is still not as asked after %u rounds; see who else "
			      "mounts there",
			      out->real->target, ROUNDS_MAX);
	if (r < 0 && out->changed)
		look_after(c, out);
	if (r < 0)
		out->status = STATUS_FAILED;
	else
		out->status = out->changed ? STATUS_CHANGED : STATUS_OK;
}

void converge_bind(const struct converge *c, const struct want *outer,
		   bool outer_is_planned, struct outcome *out)
{
	int r = round_of(c, outer, outer_is_planned, 0, out);

	out->needs_check = r > 0 && c->defers_check;
	if (out->needs_check)
		return;
	for (unsigned n = 1; r > 0 && n <= ROUNDS_MAX; n++)
		r = round_of(c, outer, outer_is_planned, n, out);
	conclude(c, r, out);
}

void converge_recheck(const struct converge *c, const struct want *outer,
		      struct outcome *out)
{
	int r = 1;

	out->needs_check = false;
	for (unsigned n = 1; r > 0 && n <= ROUNDS_MAX; n++)
		r = round_of(c, outer, false, n, out);
	conclude(c, r, out);
}
