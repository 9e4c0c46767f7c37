/* SPDX-License-Identifier: Apache-2.0 */
/* What fstab says, read once when the run begins. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macro.h"
#include "fstab/file.h"
#include "fstab/parse.h"

struct fstab_snapshot {
	const char *path;
	struct fstab_file file;
	struct fstab fstab;
	bool *mount_points; /* of the fstab that stay, see fstab_mount_points() */
	bool is_read;
	bool has_helper;
	struct error unread; /* why it is not */
};

/* What fstab says of the target; borrowed from the snapshot. */
struct fstab_facts {
	const char *path;               /* of the file */
	const struct fstab *fstab;      /* NULL: it cannot be read */
	const bool *mount_points;       /* of it */
	const struct error *unread;     /* why not */
	const struct fstab_entry *bind; /* the first bind line for the target, or NULL */
	bool skip_fstab;  /* the line was planned in the first round already */
	bool is_shadowed; /* a unit file of systemd takes its place; filled by observe() */
	bool has_helper;  /* mount.robind is where mount(8) looks for it */
	bool has_busybox; /* this host's mount(8) is that of busybox; filled by observe() */
};

/*
 * Read the fstab at `path`, which is borrowed. One that cannot be read is the failure of
 * those binds alone that need it: snapshot->unread says why. `sweep` also removes what a
 * killed run left beside it. Returns 0, or -1 with ERROR_MEMORY: then it is not known whether
 * it could be read. snapshot_done() frees it, in any case.
 */
MUST_CHECK int snapshot_open(struct fstab_snapshot *snapshot, const char *path, bool sweep,
			     struct error *err);
void snapshot_done(struct fstab_snapshot *snapshot);

/* The request takes the target's lines away, so no source waits for what they mount. */
void snapshot_forget(struct fstab_snapshot *snapshot, const char *target);

/* What the snapshot says of a normalised target; borrowed from it. */
struct fstab_facts snapshot_find(const struct fstab_snapshot *snapshot, const char *target);

/* The bind line of robind's own (x-robind) for the target, or NULL. */
const struct fstab_entry *snapshot_find_ours(const struct fstab_snapshot *snapshot,
					     const char *target);
