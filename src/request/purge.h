/* What is of a set in fstab, and no longer asked for: more binds of the request. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "request/request.h"

/*
 * Append a want of state `absent` for each line of the set that no bind of the request has
 * as its target. Returns 0, also when nothing is to be purged; or -1 with ERROR_FSTAB, when
 * it cannot be known, or ERROR_MEMORY.
 */
MUST_CHECK int purge_add(struct request *req, const struct fstab_snapshot *snapshot,
			 struct error *err);
