/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a source lies in its file system, or would lie, and what its path led to before
 * mounts covered that.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "kernel/mount_query.h"
#include "mount/fs_location.h"
#include "observe/mount_cache.h"

struct source_location {
	struct fs_location at;       /* root is NULL where it cannot be told */
	uint64_t mount;              /* what it lies on */
	size_t point_length;         /* of the path at which that is mounted */
	struct fs_location *covered; /* from the uppermost down, none of them the same */
	size_t n_covered;
};

/*
 * Find it. `there` is the source as it was opened, or NULL when it does not exist: then it
 * would lie where its nearest existing parent does. Returns 0 with *ret filled, give it to
 * source_location_done(); or -errno.
 */
MUST_CHECK int source_location_find(struct mounts *mounts, const char *source,
				    const struct file_id *there,
				    struct source_location *ret);

/* Free what it owns; safe on {0} and twice. */
void source_location_done(struct source_location *location);
