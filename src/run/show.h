/* What is at a target now, whoever mounted it. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "reply/reply.h"

/*
 * Tell the reply of a target, given as text, and of its line in fstab, which is borrowed
 * from the snapshot. A path that cannot be looked at is that target's error. Returns 0, or
 * -1 with ERROR_MEMORY.
 */
MUST_CHECK int show_target(struct reply *reply, const struct fstab_snapshot *snapshot,
			   const char *target, struct error *err);

/*
 * Tell the reply of the target of each bind line in fstab. Returns 0, or -1 with
 * ERROR_FSTAB or ERROR_MEMORY.
 */
MUST_CHECK int show_listed(struct reply *reply, const struct fstab_snapshot *snapshot,
			   struct error *err);
