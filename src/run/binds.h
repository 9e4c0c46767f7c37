/*
 * The binds of a request, one after the other: each is processed: it is brought to
 * what is asked, and the reply is told of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/clone_cache.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "holders/search.h"
#include "observe/mount_cache.h"
#include "reply/reply.h"
#include "request/request.h"
#include "run/converge.h"
#include "run/fstab_commit.h"

/* What a later bind has to know of an earlier one. */
enum bind_result {
	BIND_NOT_RUN,
	BIND_DONE,
	BIND_PLANNED, /* check mode: its mount would be made or replaced */
	BIND_FAILED,
};

/* A whole run. It holds pointers to its own parts, so it stays where it is. */
struct run {
	struct converge converge;
	const struct request *req;
	struct fstab_snapshot snapshot;
	struct fstab_changes changes;
	struct mounts mounts;
	struct clones clones;
	struct reply *reply;
	enum bind_result *results; /* one for each bind */
	double deadline;
	struct search search;
	bool is_stopped; /* what is left is skipped */
};

/*
 * Bring the binds from `from` to before `to` to what is asked, in the order that
 * order_make() says. Returns 0, or -1 when there is no memory.
 */
MUST_CHECK int run_binds(struct run *run, size_t from, size_t to);
