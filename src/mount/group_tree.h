/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peer groups and their masters. What is mounted on a member of a group is handed on to the
 * other members, to the slaves of the group, and to those of their groups in turn: to all
 * that lies in the tree of groups at or below it. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

/* The groups are numbered so that those at and below one of them are a range. */
struct group_tree {
	struct group {
		uint64_t id;
		uint64_t master; /* the group that it receives from, or 0 */
		size_t n_mounts; /* members, and slaves that are in no group */
		size_t first;    /* its number; those below it follow */
		size_t last;     /* the number after the last of them */
	} * groups;              /* sorted by id */
	size_t count;
};

/*
 * Build the tree from mounts, of which no text is needed. Returns 0, or -1 when there is no
 * memory. group_tree_done() frees it. O(n log n).
 */
MUST_CHECK int group_tree_make(const struct mount_list *mounts, struct group_tree *ret);
void group_tree_done(struct group_tree *tree);

/* The group, or NULL where no mount has to do with it. */
const struct group *group_tree_find(const struct group_tree *tree, uint64_t id);

/* The group from which a mount receives and, unless it is a slave alone, to which it hands
 * on; NULL for one that is private. */
const struct group *group_tree_of(const struct group_tree *tree, const struct mount *m);

/* True when what is mounted on the one member of the group is seen nowhere else. */
bool group_tree_is_alone(const struct group_tree *tree, uint64_t id);
