#include "run/binds.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "observe/fstab_match.h"
#include "observe/pin_paths.h"
#include "run/order.h"

/* How many binds share one look at the table, where there is nothing but the table. */
#define BATCH 512u

/* One bind, from its turn until the reply is told of it. */
struct turn {
	size_t bind;
	struct want real;
	struct outcome out;
};

static bool is_new_mount(const struct deeds *deeds)
{
	for (size_t i = 0; i < deeds->n_steps; i++) {
		if (deeds->steps[i] == STEP_ATTACH || deeds->steps[i] == STEP_REPLACE)
			return true;
	}
	return false;
}

/* The bind above a bind that shall be there, or NULL. */
static const struct want *outer_of(const struct run *run, const struct want *want)
{
	return want->outer != WANT_NONE && want_is_there(want)
		       ? &run->req->wants[want->outer]
		       : NULL;
}

static void run_one(struct run *run, const struct want *outer, bool outer_is_planned,
		    struct outcome *out)
{
	if (run->is_stopped) {
		out->status = STATUS_SKIPPED;
		return;
	}
	if (clock_now() >= run->deadline) {
		out->status = STATUS_FAILED;
		fail_set(&out->fail, FAIL_TIMEOUT, ETIMEDOUT, AT_ROOT,
			 "'%s' was not looked at: the %u seconds were over; run robind "
			 "again, "
			 "or raise \"timeout\"",
			 out->want->target, run->req->timeout);
		return;
	}
	converge_bind(&run->converge, outer, outer_is_planned, out);
}

static void run_with_outer(struct run *run, const struct want *want, struct outcome *out)
{
	const struct want *outer = outer_of(run, want);
	enum fate fate = outer ? run->fates[want->outer] : FATE_NONE;

	if (fate == FATE_FAILED && want_is_there(outer) && !run->is_stopped) {
		out->status = STATUS_FAILED;
		fail_set(&out->fail, FAIL_OUTER_FAILED, 0, AT_ROOT,
			 "the bind above it, '%s', failed; mend that first", outer->target);
		return;
	}
	run_one(run, outer, fate == FATE_PLANNED, out);
}

/* Of a bind that shall be gone the source need not be named: fstab may know it. */
static void fill_source(const struct run *run, struct want *real)
{
	const struct fstab_entry *bind = NULL;

	if (real->source || !want_is_gone(real))
		return;
	bind = book_look(&run->book, real->target).bind;
	if (bind)
		real->source = listed_source(bind);
}

/* A bind's turn: it is brought to what is asked, or to where it has to be looked at again.
 */
static void start(struct run *run, size_t i, struct turn *turn)
{
	const struct want *want = &run->req->wants[i];
	struct outcome *out = &turn->out;

	turn->bind = i;
	turn->real = *want;
	*out = (struct outcome){.want = want, .real = &turn->real};
	if (want->follow) {
		turn->real.source = turn->real.target = NULL;
		turn->real.source_mount.path = NULL;
		if (places_resolve(want, &turn->real, &out->fail) < 0)
			out->status = STATUS_FAILED;
	}
	if (out->status != STATUS_FAILED) {
		fill_source(run, &turn->real);
		run_with_outer(run, want, out);
	}
	if (want->is_optional && out->status == STATUS_FAILED && !out->changed &&
	    out->fail.kind == FAIL_SOURCE_MISSING)
		out->status = STATUS_SKIPPED;
	if (out->status == STATUS_FAILED)
		run->fates[i] = FATE_FAILED;
	else
		run->fates[i] = run->req->check_mode && is_new_mount(&out->deeds)
					? FATE_PLANNED
					: FATE_DONE;
	run->is_stopped |= out->status == STATUS_FAILED && run->req->stop_on_error;
}

/* The live mount is as asked: now its line may follow. */
static int pledge_line(struct run *run, const struct turn *turn, struct outcome *out)
{
	bool is_right = out->status == STATUS_OK || out->status == STATUS_CHANGED;

	if (!is_right || out->plan.line.deed == LINE_LEAVE)
		return 0;
	out->line = out->plan.line.deed;
	out->status = STATUS_CHANGED;
	out->changed = true;
	out->after.in_fstab = want_of_fstab(out->want) == DECIDES_THERE;
	return pledges_add(&run->pledges, turn->bind, out);
}

static int finish(struct run *run, struct turn *turn)
{
	struct outcome *out = &turn->out;
	int r = pledge_line(run, turn, out);

	if (r == 0)
		r = reply_add_bind(run->reply, run->req, turn->bind, out);
	if (r == 0)
		r = search_note(&run->search, run->converge.view.mounts, turn->bind, out);
	outcome_done(out);
	if (out->want->follow)
		want_paths_done(&turn->real);
	else if (turn->real.source != out->want->source)
		free(turn->real.source);
	return r;
}

/* Look again at all that was changed, and at what these changes may have touched. */
static void settle(struct run *run, struct turn *turns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct outcome *out = &turns[i].out;

		if (out->status != STATUS_FAILED && out->status != STATUS_SKIPPED)
			converge_settle(&run->converge, outer_of(run, out->want), out);
		if (out->status == STATUS_FAILED)
			run->fates[turns[i].bind] = FATE_FAILED;
	}
}

static bool is_any_open(const struct turn *turns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (turns[i].out.is_open)
			return true;
	}
	return false;
}

/*
 * Where one mount cannot be asked for, each look after a change costs the whole table of
 * mounts. So the looks of a batch are put off, and made from one table.
 */
static int run_batch(struct run *run, const size_t *order, size_t n)
{
	struct turn *turns = calloc(n, sizeof(*turns));
	int r = turns ? 0 : -1;

	sys_keep_view(true);
	run->converge.puts_off = true;
	for (size_t i = 0; r == 0 && i < n; i++)
		start(run, order[i], &turns[i]);
	sys_keep_view(false);
	run->converge.puts_off = false;
	if (r == 0 && is_any_open(turns, n))
		settle(run, turns, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = finish(run, &turns[i]);
	free(turns);
	return r;
}

static int run_one_by_one(struct run *run, const size_t *order, size_t n)
{
	scoped_mem struct turn *turn = malloc(sizeof(*turn));
	int r = turn ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++) {
		start(run, order[i], turn);
		r = finish(run, turn);
	}
	return r;
}

int turns_run(struct run *run, size_t from, size_t to)
{
	scoped_mem size_t *order = order_make(run->req, from, to);
	size_t n = to - from;
	int r = order ? 0 : -1;

	if (r < 0)
		return r;
	/* Whether to stop has to be known before the next one. */
	if (sys_ids_are_unique() || run->req->stop_on_error)
		return run_one_by_one(run, order, n);
	for (size_t i = 0; r == 0 && i < n; i += BATCH)
		r = run_batch(run, order + i, n - i < BATCH ? n - i : BATCH);
	return r;
}
