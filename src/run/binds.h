/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binds of a request, one after the other: each is brought to what is asked, and its
 * outcome is noted in the reply.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/clone_cache.h"
#include "apply/unproved.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "observe/mount_cache.h"
#include "observe/seen.h"
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
	struct made_sources made;
	struct gone_copies gone;
	struct seen seen;
	struct unproved unproved;
	struct reply *reply; /* has an outcome for each bind */
	size_t *order;       /* request_order() */
	double deadline;
	bool is_stopped; /* what is left is skipped */
};

/* Bring the binds from the `from`th to before the `to`th in the order to what is asked. */
void run_binds(struct run *run, size_t from, size_t to);
