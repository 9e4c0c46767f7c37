/* SPDX-License-Identifier: Apache-2.0 */
/* A table of mounts, by what is mounted on what: where does a path lead to? Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

struct mount_tree {
	struct mount_list mounts; /* sorted by id */
	size_t *children;         /* indices of all of them, sorted by parent and point */
	uint64_t root;            /* the mount that our root directory lies on */
	bool (*is_gone)(const struct mount *m,
			const void *arg); /* as if it were not there */
	const void *arg;                  /* of is_gone, which may be NULL: all are there */
};

/*
 * Build it from mounts with their texts, which move into it, also when it fails. Returns 0,
 * or -1 when there is no memory. mount_tree_done() frees it. O(n log n).
 */
MUST_CHECK int mount_tree_make(struct mount_list *mounts, uint64_t root,
			       struct mount_tree *ret);
void mount_tree_done(struct mount_tree *tree);

/* The mount with this id, or NULL; borrowed. */
const struct mount *mount_tree_find(const struct mount_tree *tree, uint64_t id);

/*
 * The place in `children` of the first mount that is on the mount with this id; what
 * follows it there, as long as it has that parent, are the others.
 */
size_t mount_tree_first_child(const struct mount_tree *tree, uint64_t parent);

/*
 * The id of the mount that `path`, which is absolute, lies on. `crosses` says that what is
 * mounted at the path itself counts, too; what is mounted over our root directory does not.
 */
uint64_t mount_tree_look_up(const struct mount_tree *tree, const char *path, bool crosses);
