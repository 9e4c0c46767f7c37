/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of this namespace as they were when they were read, once for many binds: by
 * their ids, and by what they are mounted on. Their points are read of those alone that are
 * mounted beside each other where somebody looks for what is below a path.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

struct mount_row;

struct mount_rows {
	struct mount *mounts;   /* sorted by id, without texts */
	struct mount_row *rows; /* the same by parent; NULL until it is read */
	size_t count;
};

/* Free what it owns; safe on {0} and twice. */
void mount_rows_done(struct mount_rows *table);

/* Read all that can be seen, where that was not done. 0 or -errno, and nothing is read. */
MUST_CHECK int mount_rows_read(struct mount_rows *table);

/* One mount as it was, or NULL; borrowed. */
const struct mount *mount_rows_find(const struct mount_rows *table, uint64_t id);

/*
 * Add the mounts strictly below `path`, which is on the mount `id`, and its root or not; each
 * as the kernel has it now. 0 or -errno.
 */
MUST_CHECK int mount_rows_below(struct mount_rows *table, uint64_t id, const char *path,
				bool is_root, struct mount_list *ret);

/* Add one mount, with its texts, where it is there now and below `path`. 0 or -errno. */
MUST_CHECK int mount_add_below(uint64_t id, const char *path, struct mount_list *ret);
