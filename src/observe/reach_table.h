/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer groups of this namespace, read when the first bind asks for them, and the whole
 * table of its mounts, read when it turns out to be needed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/group_tree.h"
#include "mount/propagation.h"

struct reach_table {
	struct group_tree groups; /* of mounts without texts */
	bool has_groups;
	struct propagation propagation;
	bool has_propagation;
	bool is_old; /* this run has taken mounts off since, or would have: others may be seen */
};

/* Free what it owns; safe on {0} and twice. */
void reach_table_done(struct reach_table *table);

/*
 * Whether what is mounted on a member of this peer group is seen on other mounts of this
 * namespace. 0 or -errno.
 */
MUST_CHECK int reach_table_has_others(struct reach_table *table, uint64_t group, bool *ret);

/*
 * Forget what was read, where it is old: before something is mounted by what it says. In check mode
 * it stays, and what would be gone is left out of it.
 */
void reach_table_refresh(struct reach_table *table);

/* The table as a whole; *ret belongs to `table`. 0 or -errno. */
MUST_CHECK int reach_table_read(struct reach_table *table, struct propagation **ret);
