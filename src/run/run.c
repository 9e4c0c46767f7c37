/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/wait.h"
#include "fstab/snapshot.h"
#include "holders/search.h"
#include "kernel/features.h"
#include "kernel/libmount.h"
#include "kernel/mount_api.h"
#include "kernel/mount_table.h"
#include "kernel/path_glance.h"
#include "kernel/path_limit.h"
#include "kernel/run_lock.h"
#include "request/from_fstab.h"
#include "request/order.h"
#include "request/validate.h"
#include "run/binds.h"
#include "run/fstab_commit.h"
#include "run/owners.h"
#include "run/resolve.h"
#include "run/watched.h"

static bool is_any_failed(const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		if (reply->outcomes[i].status == STATUS_FAILED)
			return true;
	}
	return false;
}

/* What is named comes first; what is purged only when all of that is as asked. */
static void run_parts(struct run *run)
{
	run_binds(run, 0, run->req->n_named);
	run->is_stopped |= is_any_failed(run->reply);
	/* What was mounted by now lies in no table that was read before. */
	if (run->mounts.is_changed && run->req->n_named < run->req->n_wants)
		mount_rows_done(&run->mounts.table);
	run_binds(run, run->req->n_named, run->req->n_wants);
}

/* Once all is done: who keeps an old or a writable view of what. */
static int search_all(struct run *run)
{
	struct reply *reply = run->reply;
	struct search search = {.req = run->req};
	int r = 0;

	for (size_t i = 0; r == 0 && i < reply->n_outcomes; i++)
		r = search_note(&search, &run->mounts, i, &reply->outcomes[i]);
	if (r == 0 && search_is_due(&search)) {
		r = search_run(&search, run->deadline, &reply->scan,
			       &reply->kernel_writers);
		if (r == 0)
			r = restarts_make(&reply->scan, &reply->restarts);
		reply->has_searched = r == 0;
	}
	search_done(&search);
	return r;
}

/* From the beginning, with nothing known of the binds. 0, or -1 without memory. */
static int begin_parts(struct run *run)
{
	turns_done(run->converge.view.turns, run->req);
	made_sources_done(&run->made);
	gone_copies_done(&run->gone);
	run->is_stopped = false;
	run->converge.view.turns = turns_make(run->req);
	/* In one that keeps its order the paths are known in their turn only. */
	if (run->req->check_mode && !run->req->keeps_order &&
	    made_sources_make(run->req, &run->made) < 0)
		return -1;
	return run->converge.view.turns ? reply_begin(run->reply, run->req) : -1;
}

/*
 * What changes nothing looks at paths by their last names, which is only true where their
 * directories are at the end what they were, and before Linux 6.8 at a table of mounts that was read
 * before. Else it is all looked at anew, by whole paths.
 */
static int check_parts(struct run *run)
{
	bool is_true = false;

	if (!run->req->keeps_order)
		sys_glance_begin();
	(void)sys_view_was_changed();
	run_parts(run);
	is_true = sys_glance_is_true() && !sys_view_was_changed();
	sys_glance_done();
	if (is_true)
		return 0;
	mounts_done(&run->mounts);
	mounts_init(&run->mounts, run->req->n_wants >= MOUNTS_MANY);
	if (begin_parts(run) < 0)
		return -1;
	run_parts(run);
	return 0;
}

static int run_all(struct run *run)
{
	scoped_mem size_t *order = request_order(run->req);

	run->order = order;
	if (!order || begin_parts(run) < 0)
		return -1;
	run->reply->is_private = run->converge.features->is_private &&
				 !run->req->any_namespace && run->req->n_wants > 0;
	if (!run->req->check_mode)
		run_parts(run);
	else if (check_parts(run) < 0)
		return -1;
	fstab_commit(run->reply, order, &run->snapshot, run->deadline);
	return run->req->no_holders ? 0 : search_all(run);
}

/* The host's own fstab is not for the mounts of some other namespace. */
static int check_namespace(const struct request *req, const struct features *features,
			   struct error *err)
{
	const struct want *want = NULL;

	if (req->about_fstab == WANT_NONE || !features->is_private || req->any_namespace ||
	    strcmp(request_fstab(req), FSTAB_PATH) != 0)
		return 0;
	want = &req->wants[req->about_fstab];
	return error_set(
		err, ERROR_PRIVATE_NAMESPACE, 0, PTR_ROOT,
		"state '%s' of '%s' is for the host's '%s', but this mount "
		"namespace is not that of process 1, as far as can be seen; run "
		"robind outside, or say \"namespace\": \"here\" when this one is meant",
		state_rules[want->state].name, want->target, FSTAB_PATH);
}

static int refuse_kernel(enum error_kind kind, int number, const char *what,
			 struct error *err)
{
	return error_set(err, kind, number, PTR_ROOT,
			 "mounts cannot be read: this kernel has no statmount (Linux 6.8), "
			 "and %s",
			 what);
}

int run_check_kernel(const struct features *features, struct error *err)
{
	const struct libmount *lib = NULL;
	int r = 0;

	if (features->view_calls)
		return 0;
	if (!features->mountinfo)
		return refuse_kernel(ERROR_KERNEL, ENOSYS,
				     "there is no /proc/self/mountinfo; mount /proc", err);
	r = libmount_load(&lib);
	if (r == -ENOMEM)
		return error_no_memory(err);
	if (r < 0)
		return refuse_kernel(ERROR_SYSTEM, -r,
				     "libmount.so.1, which reads /proc/self/mountinfo, "
				     "cannot be loaded; install libmount",
				     err);
	return 0;
}

static void forget_lines(struct run *run)
{
	for (size_t i = 0; i < run->req->n_wants; i++) {
		const struct want *want = &run->req->wants[i];

		if (want_of_fstab(want) == DECIDES_GONE)
			snapshot_forget(&run->snapshot, want->target);
	}
}

/* All that needs no lock has been checked, and the lock is held where it has to be. */
static int run_locked(struct run *run, struct request *req, struct error *err)
{
	const struct fstab *fstab = &run->snapshot.fstab;
	int r = snapshot_open(&run->snapshot, request_fstab(req), !req->check_mode, err);

	mounts_init(&run->mounts, req->n_wants >= MOUNTS_MANY);
	run->converge.view = (struct view){.mounts = &run->mounts,
					   .req = req,
					   .snapshot = &run->snapshot,
					   .made = &run->made,
					   .gone = &run->gone,
					   .seen = &run->seen,
					   .deadline = run->deadline};
	run->converge.context = (struct apply_context){.mounts = &run->mounts,
						       .clones = &run->clones,
						       .seen = &run->seen,
						       .deadline = run->deadline,
						       .unproved = &run->unproved};
	if (r == 0)
		r = resolve_request(req, err);
	if (r == 0)
		r = purge_add(req, &run->snapshot, err);
	if (r == 0)
		r = purged_check(req, err);
	if (r == 0)
		forget_lines(run);
	/* A bind that needs it fails by it. */
	if (r == 0 && !run->snapshot.is_read && req->about_fstab == WANT_NONE)
		r = reply_note_unread(run->reply, &run->snapshot.unread, err);
	if (r == 0 && fstab->n_bad > 0 && req->about_fstab != WANT_NONE) {
		run->reply->n_unparsed = fstab->n_bad;
		run->reply->unparsed = fstab->bad[0];
	}
	if (r == 0 && run_all(run) < 0)
		r = error_no_memory(err);
	turns_done(run->converge.view.turns, req);
	made_sources_done(&run->made);
	gone_copies_done(&run->gone);
	clones_done(&run->clones);
	seen_done(&run->seen);
	mounts_done(&run->mounts);
	snapshot_done(&run->snapshot);
	return r;
}

/* Alone, where something may be changed. */
static int run_in_turn(struct run *run, struct request *req, struct error *err)
{
	scoped_fd int lock = -1;
	int r = 0;

	if (!req->check_mode && lock_take(run->deadline, req->timeout, &lock, err) < 0)
		return -1;
	if (lock >= 0)
		sys_sweep();
	path_set_deadline(run->deadline, !req->check_mode);
	path_set_patience(req->patience);
	r = run_locked(run, req, err);
	sys_done();
	return r;
}

int run_request(struct request *req, const struct features *features, struct reply *reply,
		struct error *err)
{
	struct run run = {
		.converge = {.features = features, .check_mode = req->check_mode},
		.req = req,
		.reply = reply,
		.seen = SEEN_INIT,
		.deadline = clock_now() + req->timeout,
	};
	int r = 0;

	if (run_check_kernel(features, err) < 0 ||
	    check_namespace(req, features, err) < 0 || owners_find(req, err) < 0)
		return -1;
	wait_set_over(req->progress.is_over, req->progress.to);
	r = run_in_turn(&run, req, err);
	wait_set_over(NULL, NULL);
	if (r == 0 && req->minds_watch)
		watched_note(req, reply);
	return r;
}
