/* SPDX-License-Identifier: Apache-2.0 */
#include "run/binds.h"

#include "kernel/features.h"
#include "kernel/mount_table.h"
#include "kernel/path_glance.h"
#include "run/one_bind.h"

/*
 * Where one mount cannot be asked for (before 6.8), each look after a change costs the
 * whole table of mounts, which with n binds are n looks at n mounts. So there many binds
 * are begun, and then looked at again from one table: all of them, because nobody looked
 * while the others were made.
 */
static size_t batch_size(void)
{
	return sys_ids_are_unique() ? 1 : 512;
}

static void run_batch(struct run *run, const size_t *order, size_t n)
{
	const struct progress_hook *progress = &run->req->progress;
	struct outcome *outcomes = run->reply->outcomes;
	bool needs_check = false;

	sys_keep_view(true);
	for (size_t i = 0; i < n; i++) {
		bind_begin(run, &outcomes[order[i]]);
		needs_check |= outcomes[order[i]].needs_check;
		if (progress->tell)
			progress->tell(progress->to, (size_t)(order - run->order) + i + 1,
				       run->req->n_wants);
	}
	sys_keep_view(false);
	/* Where nothing was done, somebody else did something. */
	needs_check |= !run->req->check_mode && sys_view_was_changed();
	for (size_t i = 0; needs_check && i < n; i++)
		bind_finish(run, &outcomes[order[i]]);
}

static void run_batches(struct run *run, size_t from, size_t to)
{
	size_t size = batch_size();

	for (size_t i = from; i < to; i += size)
		run_batch(run, run->order + i, to - i < size ? to - i : size);
}

/* As if nobody had looked at it yet. */
static void forget(struct run *run, struct outcome *out)
{
	const struct want *want = out->want;

	outcome_done(out);
	*out = (struct outcome){.want = want, .status = STATUS_SKIPPED};
	*view_turn(&run->converge.view, want) = (struct turn){0};
}

/* By whole paths: of what was seen by names, nothing is to be relied upon. */
static void look_anew(struct run *run, struct outcome *out)
{
	struct error err = {0};
	int held = unproved_settle(&run->unproved, out, &err);

	if (held < 0) {
		out->changed = out->done.steps.count > 0;
		bind_fail(run, out, &err);
		return;
	}
	if (held > 0 || out->done.steps.count > 0) {
		bind_finish(run, out);
		return;
	}
	forget(run, out);
	bind_begin(run, out);
	if (out->needs_check)
		bind_finish(run, out);
}

/*
 * What is there to be made is looked at by last names (kernel/path_glance.h), and after so many
 * binds it is asked whether the directories are what their paths lead to. Where one is not, these
 * are looked at anew, and no other in this way any more: what came to another place is there for
 * some milliseconds, read-only, and is taken back.
 */
static void run_by_names(struct run *run, size_t from, size_t to)
{
	bool was_stopped = run->is_stopped;

	run->mounts.lone = 0;
	run_batches(run, from, to);
	if (!sys_glance_is_true()) {
		sys_glance_done();
		run->is_stopped = was_stopped;
		for (size_t i = from; i < to; i++)
			look_anew(run, &run->reply->outcomes[run->order[i]]);
	}
	unproved_done(&run->unproved);
}

static void run_there(struct run *run, size_t from, size_t to)
{
	size_t n = 0;

	if (!run->req->check_mode && !run->req->keeps_order && sys_copies_are_detached())
		sys_glance_begin();
	for (size_t i = from; !run->req->check_mode && i < to && sys_glance_is_begun();
	     i += n) {
		n = to - i < UNPROVED_MAX ? to - i : UNPROVED_MAX;
		run_by_names(run, i, i + n);
		from = i + n;
	}
	run_batches(run, from, to);
	if (!run->req->check_mode)
		sys_glance_done();
}

/* Mounts were taken from a place above this one, after it had its turn. */
static bool is_uncovered(const struct run *run, const struct outcome *out)
{
	size_t i = out->want->outer;

	while (i != WANT_NONE && !want_is_gone(&run->req->wants[i]))
		i = run->req->wants[i].outer;
	if (i == WANT_NONE)
		return false;
	return run->converge.view.turns[i].is_uncovered ||
	       step_list_has(&run->reply->outcomes[i].done.steps, STEP_DETACH);
}

/*
 * What shall be gone is taken away from the deepest place up. What was hidden below a mount
 * of a higher place is seen by now: look again, from the top down.
 */
static void look_at_uncovered(struct run *run, size_t from, size_t to)
{
	for (size_t i = to; i-- > from;) {
		struct outcome *out = &run->reply->outcomes[run->order[i]];
		struct turn *turn = view_turn(&run->converge.view, out->want);

		turn->is_uncovered = is_uncovered(run, out);
		if (turn->is_uncovered && turn->is_done)
			bind_finish(run, out);
	}
}

/* A mount was taken off a place above this one, where another one of the same source was to stay. */
static bool is_below_peeled(const struct run *run, const struct outcome *out)
{
	size_t i = out->want->outer;

	while (i != WANT_NONE &&
	       !step_list_has(&run->reply->outcomes[i].done.steps, STEP_PEEL))
		i = run->req->wants[i].outer;
	return i != WANT_NONE;
}

/*
 * What shall be gone was not seen below the mount that covered it, and is there now. Check mode
 * takes nothing off, so it sees no more than before.
 */
static void look_below_peeled(struct run *run, size_t from, size_t to)
{
	for (size_t i = from; !run->req->check_mode && i < to; i++) {
		struct outcome *out = &run->reply->outcomes[run->order[i]];

		if (view_turn(&run->converge.view, out->want)->is_done &&
		    is_below_peeled(run, out))
			bind_finish(run, out);
	}
}

/*
 * A bind is said to be as asked before those within it have their turn. Where one of them
 * fails, or has none, what is mounted there may be writable: look again, from the deepest
 * up.
 */
static void look_around_left(struct run *run, size_t from, size_t to)
{
	for (size_t i = to; i-- > from;) {
		struct outcome *out = &run->reply->outcomes[run->order[i]];
		struct turn *turn = view_turn(&run->converge.view, out->want);
		const struct outcome *outer = bind_outer(run, out->want);

		if (turn->is_around_left && !step_list_has_new_mount(&out->done.steps))
			bind_finish(run, out);
		turn->is_over = true;
		if (outer && !turn->is_done)
			view_turn(&run->converge.view, outer->want)->is_around_left = true;
	}
}

void run_binds(struct run *run, size_t from, size_t to)
{
	size_t there = from;

	while (there < to && !want_is_there(&run->req->wants[run->order[there]]))
		there++;
	run_batches(run, from, there);
	look_at_uncovered(run, from, there);
	run_there(run, there, to);
	look_below_peeled(run, from, there);
	look_around_left(run, there, to);
}
