/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a bind is as it was, by what the kernel says of its mount alone: cheap enough for all
 * binds whenever any mount of the host changes. What is otherwise is judged as ever; no drift
 * is told from here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"
#include "watch/carriers.h"

/* What a target showed: the mount on top of it, and what is mounted in that. */
struct glance {
	uint64_t mount; /* its id; 0: nothing is mounted at the target */
	uint64_t parent;
	uint64_t superblock;
	uint32_t attr;        /* MOUNT_FLAG_* */
	uint32_t propagation; /* PROPAGATION_* bits */
	uint64_t peer_group;
	uint64_t master;
	uint64_t below; /* the ids of the mounts below it, summed up */
	uint64_t dev;   /* the numbers of what it shows */
	uint64_t ino;
};

/*
 * Look at a target, within the deadline of path_set_deadline(). Returns 0; or -errno, where
 * the path cannot be walked, and *ret is that of nothing mounted.
 */
MUST_CHECK int glance_take(const char *target, const struct carriers *carriers,
			   struct glance *ret);

/*
 * The same without what is mounted below it, which is as if nothing were: the kernel goes through
 * all mounts of the host to tell that (listmount(2)). Where what it shows `is_local`, by sys_glance()
 * as far as that was begun.
 */
MUST_CHECK int glance_take_top(const char *target, bool is_local, struct glance *ret);

bool glance_is_equal(const struct glance *a, const struct glance *b);

/* What a source's path led to. */
struct source_glance {
	bool is_local;  /* its file system answers without a server or a daemon */
	uint64_t mount; /* the id of the mount that it lies on */
	uint64_t dev;   /* and its own numbers, where it is local; else 0 */
	uint64_t ino;
	uint64_t superblock; /* of that mount, by glance_first(); 0: not known */
};

/* Whether a local source is where it was, as sys_glance() tells; false: it has to be looked at. */
bool source_glance_is_still(const char *path, const struct source_glance *seen);

/*
 * Look where a path leads, within that deadline. Of what is not local (as `was_local` says) only
 * the mount at `point` is asked for; NULL: none. A path that leads nowhere gives zeros.
 */
struct source_glance glance_source(const char *path, bool was_local, const char *point);

/*
 * Whether the target shows what the source, looked at by glance_first(), is; of one that is not
 * local only whether both are of one file system.
 */
bool source_glance_is_shown(const struct source_glance *source,
			    const struct glance *target);

bool source_glance_is_equal(const struct source_glance *a, const struct source_glance *b);

/*
 * Look at a source that is as asked, once and whole. *ret_point is the mount point that it lies
 * on, allocated: NULL for the root directory's, where it cannot be told, or when there is no
 * memory.
 */
struct source_glance glance_first(const char *path, char **ret_point);
