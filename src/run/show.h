/* SPDX-License-Identifier: Apache-2.0 */
/* What is at a target now, whoever mounted it. */
#pragma once

#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "reply/reply.h"

/*
 * Tell the reply of `n` targets, given as text, and of their lines in fstab, which are
 * borrowed from the snapshot. A path that cannot be looked at is that target's error. The
 * table of mounts is read once at most, whatever their number. Returns 0, or -1 with
 * ERROR_MEMORY.
 */
MUST_CHECK int show_targets(struct reply *reply, const struct fstab_snapshot *snapshot,
			    const char *const targets[], size_t n, struct error *err);

/*
 * The same of the target of each bind line in fstab. Returns 0, or -1 with
 * ERROR_FSTAB or ERROR_MEMORY.
 */
MUST_CHECK int show_listed(struct reply *reply, const struct fstab_snapshot *snapshot,
			   struct error *err);

/*
 * The same of each line in fstab that needs the helper mount.robind, whatever else is
 * listed for its target. A line that names no path is told of with the error.
 */
MUST_CHECK int show_helper_lines(struct reply *reply, const struct fstab_snapshot *snapshot,
				 struct error *err);
