/*
 * The binds of a request, one after the other: each is brought to what is asked, and its
 * outcome is noted in the reply.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/clone_cache.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "observe/mount_cache.h"
#include "reply/reply.h"
#include "request/request.h"
#include "run/converge.h"

/* A whole run. It holds pointers to its own parts, so it stays where it is. */
struct run {
	struct converge converge;
	struct request *req;
	struct fstab_snapshot snapshot;
	struct mounts mounts;
	struct clones clones;
	struct reply *reply; /* has an outcome for each bind */
	size_t *order;       /* binds_order() */
	double deadline;
	bool is_stopped; /* what is left is skipped */
};

/*
 * The indices of all wants, in the order in which they are begun: first those that are
 * named, and of them first what shall be gone, children before parents; then what shall be
 * there, parents before children; otherwise as in the request. Then what is to be purged.
 * Allocated, free() it; NULL when there is no memory. O(n): targets are sorted by their
 * depth.
 */
MUST_CHECK size_t *binds_order(const struct request *req);

/* Bring the binds from the `from`th to before the `to`th in the order to what is asked. */
void run_binds(struct run *run, size_t from, size_t to);
