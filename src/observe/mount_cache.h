/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of this namespace, asked for one by one where that is cheap, and read once as
 * a table where many binds need it. The table says where to look: whatever it has below a
 * target is read again from the kernel before anything is decided on it. What it says of the
 * mount at a target is taken for true until this run changes something.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"
#include "observe/mount_rows.h"
#include "observe/mounted_volumes.h"
#include "observe/reach_table.h"

#define MOUNTS_KNOWN 32u

/* Asking for the mounts below each bind costs more than the table from about here on. */
#define MOUNTS_MANY 64u

struct mounts {
	struct mount_rows table;
	bool is_changed;  /* this run has changed mounts since */
	struct mount top; /* the last that mounts_top() asked for; without an id: none */
	struct mount known[MOUNTS_KNOWN]; /* what binds have in common: a ring */
	size_t n_known;    /* how many were ever put into it, or passed over */
	size_t last_given; /* the one of them that was asked for last */
	bool many;
	struct reach_table reach; /* what is shared with what */
	uint64_t
		lone; /* what is mounted on this one was seen not to come elsewhere; or 0: it
			  has to be looked at, as after some binds, and each other change */
	struct mounted_volumes volumes;
};

/*
 * Start with nothing read. `many` says that the request has so many binds that the table
 * costs less than asking for each. mounts_done() frees what is read later.
 */
void mounts_init(struct mounts *mounts, bool many);
void mounts_done(struct mounts *mounts);

/*
 * A mount that many binds share, with its texts, from memory when it was read before: its
 * id, super block, root and point do not change while we run, where ids are unique; else
 * it is read again. Its flags may be old. *ret
 * belongs to `mounts` and is valid until the second call from here. 0 or -errno.
 */
MUST_CHECK int mounts_shared(struct mounts *mounts, uint64_t id, const struct mount **ret);

/*
 * The mount at a target, without texts: as it was not before mounts_begin(); or, where the
 * table is read already and this run has changed nothing, as that has it. 0 or -errno.
 */
MUST_CHECK int mounts_top(struct mounts *mounts, uint64_t id, struct mount *ret);

/*
 * The look at a bind begins: nothing is known of its mounts, or of the one at its target what was
 * seen just now; without an id: nothing.
 */
void mounts_begin(struct mounts *mounts, const struct mount *top);

/*
 * The mounts whose points lie strictly below `path`, which is on the mount `id`, with their
 * texts, sorted by point. `fresh` says that the mount is younger than the table. 0 or
 * -errno; mount_list_done() frees *ret.
 */
MUST_CHECK int mounts_below(struct mounts *mounts, uint64_t id, const char *path,
			    bool is_root, bool fresh, struct mount_list *ret);
