#include "run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fstab/snapshot.h"
#include "kernel/run_lock.h"
#include "request/purge.h"
#include "run/binds.h"

/* Asking for each bind's submounts alone costs more than the table from about here on. */
#define MANY_BINDS 64u

/* What is named comes first; what is purged only when all of that is as asked. */
static int run_parts(struct run *run)
{
	int r = turns_run(run, 0, run->req->n_named);

	run->is_stopped |= run->reply->counts[STATUS_FAILED] > 0;
	if (r == 0)
		r = turns_run(run, run->req->n_named, run->req->n_wants);
	return r;
}

static int run_all(struct run *run, struct fail *f)
{
	scoped_mem enum fate *fates = calloc(run->req->n_wants + 1, sizeof(*fates));
	struct crowd found = {0};
	int r = fates ? 0 : -1;

	if (r == 0)
		r = search_init(&run->search, run->req);
	run->fates = fates;
	if (r == 0 && run->converge.kernel->is_private && !run->req->is_here &&
	    run->req->n_wants > 0)
		r = reply_add_namespace(run->reply);
	if (r == 0)
		r = run_parts(run);
	if (r == 0)
		r = pledges_keep(&run->pledges, run->req, &run->book, run->deadline,
				 run->reply);
	if (r == 0)
		r = search_run(&run->search, run->deadline, &found);
	if (r == 0)
		r = reply_add_search(run->reply, &run->search, &found);
	crowd_done(&found);
	search_done(&run->search);
	return r < 0 ? fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory") : 0;
}

/* The host's own fstab is not for the mounts of some other namespace. */
static int check_namespace(const struct request *req, const struct kernel *kernel,
			   struct fail *f)
{
	if (!kernel->is_private || req->is_here ||
	    strcmp(request_fstab(req), FSTAB_PATH) != 0)
		return 0;
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		if (want_of_fstab(want) != DECIDES_NOTHING)
			return fail_set(
				f, FAIL_PRIVATE_NAMESPACE, 0, AT_ROOT,
				"state '%s' of '%s' is for the host's '%s', but this mount "
				"namespace is not that of process 1; run robind outside, "
				"or "
				"say \"namespace\": \"here\" when this one is meant",
				state_rules[want->state].name, want->target, FSTAB_PATH);
	}
	return 0;
}

int engine_check(const struct kernel *kernel, struct fail *f)
{
	if (kernel->view_calls || kernel->mountinfo)
		return 0;
	return fail_set(f, FAIL_KERNEL, ENOSYS, AT_ROOT,
			"mounts cannot be read: this kernel has no statmount (Linux 6.8), "
			"and there is no /proc/self/mountinfo; mount /proc");
}

static bool is_about_fstab(const struct request *req)
{
	for (size_t i = 0; i < req->n_wants; i++) {
		if (want_of_fstab(&req->wants[i]) != DECIDES_NOTHING)
			return true;
	}
	return false;
}

/* What concerns fstab as a whole, before the first bind. */
static int begin_with_fstab(struct run *run, struct request *req, struct fail *f)
{
	const struct book *book = &run->book;
	int r = purge_add(req, book, f);

	if (r < 0)
		return -1;
	r = reply_extend(run->reply, req->n_wants);
	if (r == 0 && book->fstab.n_bad > 0 && is_about_fstab(req))
		r = reply_add_unparsed(run->reply, book->path, book->fstab.bad[0],
				       book->fstab.n_bad);
	return r < 0 ? fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory") : 0;
}

/* All that needs no lock has been checked, and the lock is held where it has to be. */
static int run_locked(struct run *run, struct request *req, struct fail *f)
{
	int r = 0;

	book_open(&run->book, request_fstab(req), !req->check_mode);
	mounts_init(&run->mounts, req->n_wants >= MANY_BINDS);
	run->converge.view = (struct view){&run->mounts, req, &run->book};
	run->converge.hands = (struct hands){&run->mounts, &run->clones};
	r = begin_with_fstab(run, req, f);
	if (r == 0)
		r = run_all(run, f);
	clones_done(&run->clones);
	mounts_done(&run->mounts);
	pledges_done(&run->pledges);
	book_done(&run->book);
	return r;
}

int engine_run(struct request *req, const struct kernel *kernel, struct reply *reply,
	       struct fail *f)
{
	scoped_fd int lock = -1;
	struct run run = {
		.converge = {.kernel = kernel, .check_mode = req->check_mode},
		.req = req,
		.reply = reply,
		.deadline = clock_now() + req->timeout,
	};
	int r = 0;

	if (engine_check(kernel, f) < 0 || check_namespace(req, kernel, f) < 0)
		return -1;
	if (!req->check_mode && lock_take(run.deadline, req->timeout, &lock, f) < 0)
		return -1;
	if (lock >= 0)
		sys_sweep();
	sys_limit(run.deadline, !req->check_mode);
	r = run_locked(&run, req, f);
	sys_done();
	return r;
}
