#include "run/binds.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/features.h"
#include "kernel/mount_table.h"
#include "observe/fstab_match.h"
#include "observe/pin_paths.h"
#include "run/order.h"

/* How many binds share one look at the table, where there is nothing but the table. */
#define BATCH 512u

/* One bind, from its start until the reply is told of it. */
struct bind_run {
	size_t bind;
	struct want real;
	struct outcome out;
};

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
		error_set(&out->fail, ERROR_TIMEOUT, ETIMEDOUT, PTR_ROOT,
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
	enum bind_result bind_result = outer ? run->results[want->outer] : BIND_NOT_RUN;

	if (bind_result == BIND_FAILED && want_is_there(outer) && !run->is_stopped) {
		out->status = STATUS_FAILED;
		error_set(&out->fail, ERROR_OUTER_FAILED, 0, PTR_ROOT,
			  "the bind above it, '%s', failed; mend that first",
			  outer->target);
		return;
	}
	run_one(run, outer, bind_result == BIND_PLANNED, out);
}

/* Of a bind that shall be gone the source need not be named: fstab may know it. */
static void fill_source(const struct run *run, struct want *real)
{
	const struct fstab_entry *bind = NULL;

	if (real->source || !want_is_gone(real))
		return;
	bind = snapshot_find(&run->snapshot, real->target).bind;
	if (bind)
		real->source = fstab_source(bind);
}

/* A bind is begun: it is brought to what is asked, or to where it has to be looked at
 * again.
 */
static void start(struct run *run, size_t i, struct bind_run *bind_run)
{
	const struct want *want = &run->req->wants[i];
	struct outcome *out = &bind_run->out;

	bind_run->bind = i;
	bind_run->real = *want;
	*out = (struct outcome){.want = want, .real = &bind_run->real};
	if (want->follow) {
		bind_run->real.source = bind_run->real.target = NULL;
		bind_run->real.source_mount.path = NULL;
		if (resolve_paths(want, &bind_run->real, &out->fail) < 0)
			out->status = STATUS_FAILED;
	}
	if (out->status != STATUS_FAILED) {
		fill_source(run, &bind_run->real);
		run_with_outer(run, want, out);
	}
	if (want->is_optional && out->status == STATUS_FAILED && !out->changed &&
	    (out->fail.kind == ERROR_SOURCE_MISSING ||
	     out->fail.kind == ERROR_SOURCE_UNMOUNTED))
		out->status = STATUS_SKIPPED;
	if (out->status == STATUS_FAILED)
		run->results[i] = BIND_FAILED;
	else
		run->results[i] =
			run->req->check_mode && step_list_has_new_mount(&out->done.steps)
				? BIND_PLANNED
				: BIND_DONE;
	run->is_stopped |= out->status == STATUS_FAILED && run->req->stop_on_error;
}

/* The live mount is as asked: now its line may follow. */
static int note_line_change(struct run *run, const struct bind_run *bind_run,
			    struct outcome *out)
{
	bool is_right = out->status == STATUS_OK || out->status == STATUS_CHANGED;

	if (!is_right || out->plan.line.action == LINE_ACTION_LEAVE)
		return 0;
	out->line = out->plan.line.action;
	out->status = STATUS_CHANGED;
	out->changed = true;
	out->after.in_fstab = want_of_fstab(out->want) == DECIDES_THERE;
	return fstab_changes_add(&run->changes, bind_run->bind, out);
}

static int finish(struct run *run, struct bind_run *bind_run)
{
	struct outcome *out = &bind_run->out;
	int r = note_line_change(run, bind_run, out);

	if (r == 0)
		r = reply_add_bind(run->reply, run->req, bind_run->bind, out);
	if (r == 0)
		r = search_note(&run->search, run->converge.view.mounts, bind_run->bind,
				out);
	outcome_done(out);
	if (out->want->follow)
		want_paths_done(&bind_run->real);
	else if (bind_run->real.source != out->want->source)
		free(bind_run->real.source);
	return r;
}

/* Look again at all that was changed, and at what these changes may have touched. */
static void settle(struct run *run, struct bind_run *bind_runs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct outcome *out = &bind_runs[i].out;

		if (out->status != STATUS_FAILED && out->status != STATUS_SKIPPED)
			converge_recheck(&run->converge, outer_of(run, out->want), out);
		if (out->status == STATUS_FAILED)
			run->results[bind_runs[i].bind] = BIND_FAILED;
	}
}

static bool is_any_open(const struct bind_run *bind_runs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bind_runs[i].out.needs_check)
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
	struct bind_run *bind_runs = calloc(n, sizeof(*bind_runs));
	int r = bind_runs ? 0 : -1;

	sys_keep_view(true);
	run->converge.defers_check = true;
	for (size_t i = 0; r == 0 && i < n; i++)
		start(run, order[i], &bind_runs[i]);
	sys_keep_view(false);
	run->converge.defers_check = false;
	if (r == 0 && is_any_open(bind_runs, n))
		settle(run, bind_runs, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = finish(run, &bind_runs[i]);
	free(bind_runs);
	return r;
}

static int run_one_by_one(struct run *run, const size_t *order, size_t n)
{
	scoped_mem struct bind_run *bind_run = malloc(sizeof(*bind_run));
	int r = bind_run ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++) {
		start(run, order[i], bind_run);
		r = finish(run, bind_run);
	}
	return r;
}

int run_binds(struct run *run, size_t from, size_t to)
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
