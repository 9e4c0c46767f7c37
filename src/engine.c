#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "converge.h"
#include "lock.h"
#include "order.h"
#include "scoped.h"

/* Asking for each bind's submounts alone costs more than the table from about here on. */
#define MANY_BINDS 64u

/* What a later bind has to know of an earlier one. */
enum fate {
	FATE_NONE,
	FATE_DONE,
	FATE_PLANNED, /* check mode: its mount would be made or replaced */
	FATE_FAILED,
};

struct run {
	struct converge converge;
	const struct request *req;
	struct reply *reply;
	enum fate *fates;
	bool is_stopped;
};

static bool is_new_mount(const struct deeds *deeds)
{
	for (size_t i = 0; i < deeds->n_steps; i++) {
		if (deeds->steps[i] == STEP_ATTACH || deeds->steps[i] == STEP_REPLACE)
			return true;
	}
	return false;
}

/* Resolve both paths once, where symlinks shall be followed. */
static int follow(const struct want *want, struct want *real, struct fail *f)
{
	int r = sys_resolve(want->target, &real->target);

	if (r == 0 && want->source)
		r = sys_resolve(want->source, &real->source);
	return r < 0 ? fail_set(f, FAIL_SYSTEM, -r, AT_ROOT,
				"the symlinks of '%s' cannot be followed: %s", want->target,
				strerror(-r))
		     : 0;
}

static void run_one(struct run *run, const struct want *outer, bool outer_is_planned,
		    struct outcome *out)
{
	if (run->is_stopped) {
		out->status = STATUS_SKIPPED;
		return;
	}
	converge_bind(&run->converge, outer, outer_is_planned, out);
}

static void run_with_outer(struct run *run, const struct want *want, struct outcome *out)
{
	const struct want *outer = NULL;
	enum fate fate = FATE_NONE;

	if (want->outer != WANT_NONE && want_is_there(want)) {
		outer = &run->req->wants[want->outer];
		fate = run->fates[want->outer];
	}
	if (fate == FATE_FAILED && want_is_there(outer) && !run->is_stopped) {
		out->status = STATUS_FAILED;
		fail_set(&out->fail, FAIL_OUTER_FAILED, 0, AT_ROOT,
			 "the bind above it, '%s', failed; mend that first", outer->target);
		return;
	}
	run_one(run, outer, fate == FATE_PLANNED, out);
}

static int run_bind(struct run *run, size_t i)
{
	const struct want *want = &run->req->wants[i];
	struct want real = *want;
	struct outcome out = {.want = want, .real = &real};
	int r = 0;

	if (want->follow) {
		real.source = real.target = NULL;
		if (follow(want, &real, &out.fail) < 0)
			out.status = STATUS_FAILED;
	}
	if (out.status != STATUS_FAILED)
		run_with_outer(run, want, &out);
	if (out.status == STATUS_FAILED)
		run->fates[i] = FATE_FAILED;
	else
		run->fates[i] = run->req->check_mode && is_new_mount(&out.deeds)
					? FATE_PLANNED
					: FATE_DONE;
	run->is_stopped |= out.status == STATUS_FAILED && run->req->stop_on_error;
	r = reply_add_bind(run->reply, run->req, i, &out);
	outcome_done(&out);
	if (want->follow)
		want_done(&real);
	return r;
}

static int run_all(struct run *run, struct fail *f)
{
	scoped_mem size_t *order = order_make(run->req);
	scoped_mem enum fate *fates = calloc(run->req->n_wants + 1, sizeof(*fates));
	int r = order && fates ? 0 : -1;

	run->fates = fates;
	for (size_t i = 0; r == 0 && i < run->req->n_wants; i++)
		r = run_bind(run, order[i]);
	return r < 0 ? fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory") : 0;
}

int engine_run(const struct request *req, const struct kernel *kernel, struct reply *reply,
	       struct fail *f)
{
	struct mounts mounts;
	struct clones clones = {0};
	scoped_fd int lock = -1;
	struct run run = {
		.converge = {.view = {&mounts, req},
			     .hands = {&mounts, &clones},
			     .kernel = kernel,
			     .check_mode = req->check_mode},
		.req = req,
		.reply = reply,
	};
	int r = 0;

	if (!kernel->mount_calls || !kernel->view_calls)
		return fail_set(f, FAIL_KERNEL, ENOSYS, AT_ROOT,
				"this kernel lacks calls that robind needs (%s); it needs "
				"Linux 6.8 "
				"or later, without a filter that hides them",
				kernel->mount_calls ? "statmount"
						    : "open_tree, mount_setattr");
	if (!req->check_mode && lock_take(req->timeout, &lock, f) < 0)
		return -1;
	mounts_init(&mounts, req->n_wants >= MANY_BINDS);
	r = run_all(&run, f);
	clones_done(&clones);
	mounts_done(&mounts);
	return r;
}
