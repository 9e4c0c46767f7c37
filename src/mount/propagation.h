/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where else in this namespace it is seen that something is mounted below a shared mount,
 * or taken off it: on each peer and slave whose root holds the place. Pure: made of a table
 * of mounts that was read before.
 *
 *   attach   a copy comes to the same directory of each of them; beneath the mount that is
 *            there already
 *   detach   whatever is mounted on the same directory of each of them goes as well, also
 *            what has nothing to do with it, unless something is mounted in there
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/group_tree.h"
#include "mount/mount.h"
#include "mount/mount_tree.h"

struct fs_place; /* a directory of a file system, and the mount it has to do with */

struct propagation {
	struct mount_tree tree;
	struct group_tree groups;
	struct fs_place *receivers; /* the roots of the mounts to which something comes */
	size_t n_receivers;
	struct fs_place
		*hooked; /* what is mounted on those, by the directories that it covers */
	size_t n_hooked;
	unsigned char *seen; /* for each mount, once it is known: is its root seen */
};

/*
 * Build it from the mounts of this namespace with their texts, which move into it, also
 * when it fails. `root` is the id of the mount that our root directory lies on. Returns 0,
 * or -1 when there is no memory. propagation_done() frees it. O(n log n).
 */
MUST_CHECK int propagation_make(struct mount_list *mounts, uint64_t root,
				struct propagation *ret);
void propagation_done(struct propagation *p);

/* From now on it counts as if the mounts were not there of which `is_gone` says so. */
void propagation_leave_out(struct propagation *p,
			   bool (*is_gone)(const struct mount *m, const void *arg),
			   const void *arg);

/* Told of a mount and of a place, which is valid during the call; true: that is enough. */
typedef bool propagation_visit(const struct mount *m, const char *place, void *data);

/*
 * For something that is to be mounted at `path` on the mount `parent`, with its texts: each
 * other mount m on which a copy of it will come to a place that can be reached by its name.
 * A copy beneath a mount at that very place counts, one below hidden directories does not.
 * 0, or -1 when there is no memory.
 */
MUST_CHECK int propagation_each_place(struct propagation *p, const struct mount *parent,
				      const char *path, propagation_visit *visit,
				      void *data);

/*
 * For something that is to be taken off `path` on the mount `parent`: each mount m that is
 * on the same directory of another mount, and will go as well; hidden ones too.
 */
MUST_CHECK int propagation_each_lost(const struct propagation *p,
				     const struct mount *parent, const char *path,
				     propagation_visit *visit, void *data);
