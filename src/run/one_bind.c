/* SPDX-License-Identifier: Apache-2.0 */
#include "run/one_bind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "observe/fstab_match.h"
#include "run/resolve.h"

const struct outcome *bind_outer(const struct run *run, const struct want *want)
{
	const struct want *outer =
		want_is_there(want) ? view_outer(&run->converge.view, want) : NULL;

	return outer ? &run->reply->outcomes[outer - run->req->wants] : NULL;
}

static const struct want *want_of(const struct outcome *outer)
{
	return outer ? outer->want : NULL;
}

/* What the next bind above one will be when that has its turn. */
static enum outer_is what_is(const struct run *run, const struct outcome *outer)
{
	const struct step_list *steps = outer ? &outer->done.steps : NULL;

	if (!outer || !run->req->check_mode)
		return OUTER_IS_THERE;
	if (step_list_has(steps, STEP_PEEL) || step_list_has(steps, STEP_ATTACH))
		return OUTER_IS_PLANNED;
	return step_list_has(steps, STEP_REPLACE) ? OUTER_IS_REPLACED : OUTER_IS_THERE;
}

/* Whether there is time for a bind, and a place. 0, or -1 with *err set. */
static int check_begin(const struct run *run, const struct outcome *out, struct error *err)
{
	const struct outcome *outer = bind_outer(run, out->want);

	if (outer && outer->status == STATUS_FAILED)
		return error_set(err, ERROR_OUTER_FAILED, 0, PTR_ROOT,
				 "the bind above it, '%s', failed; mend that first",
				 outer->want->target);
	if (clock_now() < run->deadline)
		return 0;
	return error_set(err, ERROR_TIMEOUT, ETIMEDOUT, PTR_ROOT,
			 "'%s' was not looked at: the %u seconds were over; run robind "
			 "again, or raise \"timeout\"",
			 out->want->target, run->req->timeout);
}

/* Of a bind that shall be gone the source need not be named: fstab may know it. */
static void fill_source(const struct run *run, struct want *want)
{
	const struct fstab_entry *bind = NULL;

	if (!want->source && want_is_gone(want))
		bind = snapshot_find(&run->snapshot, want->target).bind;
	if (!bind)
		return;
	want->source = fstab_source(bind);
	want->is_source_found = want->source != NULL;
}

/* The paths that the bind is taken for. 0, or -1 with *err set. */
static int check_paths(const struct run *run, struct want *want, struct error *err)
{
	if (want->asked && want->asked->error)
		return error_again(err, want->asked->error);
	fill_source(run, want);
	return 0;
}

/*
 * What could not be taken away is still there: not to be taken along with what it lies in.
 * All above one that was told already have been told as well.
 */
static void tell_outer(const struct run *run, const struct want *failed)
{
	struct turn *turns = run->converge.view.turns;
	size_t i = want_is_there(failed) ? WANT_NONE : failed->outer;

	while (i != WANT_NONE && !turns[i].failed_within) {
		turns[i].failed_within = failed;
		i = run->req->wants[i].outer;
	}
}

/* In check mode it was told already what would become of its line, which has to stay now. */
static void forget_line(struct outcome *out)
{
	out->line = LINE_ACTION_LEAVE;
	out->changed = out->done.steps.count > 0;
	out->after.in_fstab = out->before.in_fstab;
}

void bind_fail(struct run *run, struct outcome *out, struct error *err)
{
	struct turn *turn = view_turn(&run->converge.view, out->want);

	turn->is_done = false;
	turn->has_failed = true;
	outcome_fail(out, err);
	forget_line(out);
	if (out->changed && !run->req->check_mode &&
	    converge_look_after(&run->converge, out, err) < 0)
		out->is_after_known = false;
	if (out->want->is_optional && !out->changed &&
	    (out->error->kind == ERROR_SOURCE_MISSING ||
	     out->error->kind == ERROR_SOURCE_UNMOUNTED)) {
		out->status = STATUS_SKIPPED;
		error_drop(STEAL(out->error));
		return;
	}
	tell_outer(run, out->want);
	run->is_stopped |= run->req->stop_on_error;
}

static void note_done(const struct view *view, const struct want *want)
{
	view_turn(view, want)->is_done = true;
	view_note_made(view, want);
}

void bind_begin(struct run *run, struct outcome *out)
{
	const struct progress_hook *progress = &run->req->progress;
	size_t i = (size_t)(out - run->reply->outcomes);
	const struct outcome *outer = NULL;
	struct error err = {0};
	int r = 0;

	run->is_stopped |= progress->is_over && progress->is_over(progress->to);
	if (run->is_stopped)
		return;
	r = resolve_in_turn(run->req, i, &err);
	if (r > 0)
		return;
	outer = bind_outer(run, out->want);
	if (r < 0 || check_begin(run, out, &err) < 0 ||
	    check_paths(run, &run->req->wants[i], &err) < 0 ||
	    converge_begin(&run->converge, want_of(outer), what_is(run, outer), out, &err) <
		    0)
		bind_fail(run, out, &err);
	else
		note_done(&run->converge.view, out->want);
}

void bind_finish(struct run *run, struct outcome *out)
{
	struct error err = {0};

	if (out->status == STATUS_FAILED || out->status == STATUS_SKIPPED)
		return;
	if (converge_finish(&run->converge, want_of(bind_outer(run, out->want)), out,
			    &err) < 0)
		bind_fail(run, out, &err);
	/* The next time it is looked at, it may be something else. */
	seen_done(&run->seen);
}
