/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory or file by its place in a file system, which is the same in every mount
 * namespace, and whatever is mounted over it.
 */
#pragma once

#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

struct fs_location {
	uint64_t superblock; /* as in struct mount */
	char *root;          /* as that of a mount of it; NULL: there is none */
};

/*
 * Where `path`, which is on the mount m or would be, lies in its file system. ret->root is
 * NULL where the path does not lie at or below the point of m, which is then seen from
 * another root directory. m has its texts. Returns 0 or -ENOMEM; fs_location_done() frees.
 */
MUST_CHECK int fs_location_find(const struct mount *m, const char *path,
				struct fs_location *ret);

/* Free what it owns; safe on {0} and twice. */
void fs_location_done(struct fs_location *fs);

/* What a mount shows of a place. */
enum fs_view {
	FS_VIEW_NONE,
	FS_VIEW_SAME,
	FS_VIEW_DELETED, /* what was there, and has been deleted */
};

/* Compare what the mount, which has its texts, shows with the place. */
enum fs_view fs_location_compare(const struct fs_location *fs, const struct mount *m);

/* True when the mount shows just this place. */
bool fs_location_is_shown(const struct fs_location *fs, const struct mount *m);
