#include "run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fstab/snapshot.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "kernel/run_lock.h"
#include "request/from_fstab.h"
#include "run/binds.h"

/* Asking for each bind's submounts alone costs more than the table from about here on. */
#define MANY_BINDS 64u

/* What is named comes first; what is purged only when all of that is as asked. */
static int run_parts(struct run *run)
{
	int r = run_binds(run, 0, run->req->n_named);

	run->is_stopped |= run->reply->counts[STATUS_FAILED] > 0;
	if (r == 0)
		r = run_binds(run, run->req->n_named, run->req->n_wants);
	return r;
}

static int run_all(struct run *run, struct error *err)
{
	scoped_mem enum bind_result *results =
		calloc(run->req->n_wants + 1, sizeof(*results));
	struct process_scan found = {0};
	int r = results ? 0 : -1;

	if (r == 0)
		r = search_init(&run->search, run->req);
	run->results = results;
	if (r == 0 && run->converge.features->is_private && !run->req->any_namespace &&
	    run->req->n_wants > 0)
		r = reply_add_namespace(run->reply);
	if (r == 0)
		r = run_parts(run);
	if (r == 0)
		r = fstab_commit(&run->changes, run->req, &run->snapshot, run->deadline,
				 run->reply);
	if (r == 0)
		r = search_run(&run->search, run->deadline, &found);
	if (r == 0)
		r = reply_add_search(run->reply, &run->search, &found);
	process_scan_done(&found);
	search_done(&run->search);
	return r < 0 ? error_no_memory(err) : 0;
}

/* The host's own fstab is not for the mounts of some other namespace. */
static int check_namespace(const struct request *req, const struct features *features,
			   struct error *err)
{
	if (!features->is_private || req->any_namespace ||
	    strcmp(request_fstab(req), FSTAB_PATH) != 0)
		return 0;
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		if (want_of_fstab(want) != DECIDES_NOTHING)
			return error_set(
				err, ERROR_PRIVATE_NAMESPACE, 0, PTR_ROOT,
				"state '%s' of '%s' is for the host's '%s', but this mount "
				"namespace is not that of process 1, as far as can be "
				"seen; run robind outside, "
				"or "
				"say \"namespace\": \"here\" when this one is meant",
				state_rules[want->state].name, want->target, FSTAB_PATH);
	}
	return 0;
}

int run_check_kernel(const struct features *features, struct error *err)
{
	if (features->view_calls || features->mountinfo)
		return 0;
	return error_set(err, ERROR_KERNEL, ENOSYS, PTR_ROOT,
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
static int begin_with_fstab(struct run *run, struct request *req, struct error *err)
{
	const struct fstab_snapshot *snapshot = &run->snapshot;
	int r = purge_add(req, snapshot, err);

	if (r < 0)
		return -1;
	r = reply_extend(run->reply, req->n_wants);
	if (r == 0 && snapshot->fstab.n_bad > 0 && is_about_fstab(req))
		r = reply_add_unparsed(run->reply, snapshot->path, snapshot->fstab.bad[0],
				       snapshot->fstab.n_bad);
	return r < 0 ? error_no_memory(err) : 0;
}

/* All that needs no lock has been checked, and the lock is held where it has to be. */
static int run_locked(struct run *run, struct request *req, struct error *err)
{
	int r = 0;

	snapshot_open(&run->snapshot, request_fstab(req), !req->check_mode);
	mounts_init(&run->mounts, req->n_wants >= MANY_BINDS);
	run->converge.view = (struct view){&run->mounts, req, &run->snapshot};
	run->converge.context = (struct apply_context){&run->mounts, &run->clones};
	r = begin_with_fstab(run, req, err);
	if (r == 0)
		r = run_all(run, err);
	clones_done(&run->clones);
	mounts_done(&run->mounts);
	fstab_changes_done(&run->changes);
	snapshot_done(&run->snapshot);
	return r;
}

int run_request(struct request *req, const struct features *features, struct reply *reply,
		struct error *err)
{
	scoped_fd int lock = -1;
	struct run run = {
		.converge = {.features = features, .check_mode = req->check_mode},
		.req = req,
		.reply = reply,
		.deadline = clock_now() + req->timeout,
	};
	int r = 0;

	if (run_check_kernel(features, err) < 0 || check_namespace(req, features, err) < 0)
		return -1;
	if (!req->check_mode && lock_take(run.deadline, req->timeout, &lock, err) < 0)
		return -1;
	if (lock >= 0)
		sys_sweep();
	path_set_deadline(run.deadline, !req->check_mode);
	r = run_locked(&run, req, err);
	sys_done();
	return r;
}
