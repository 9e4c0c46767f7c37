/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What shall become of fstab: changed once when all live mounts are done, for all binds
 * that are as asked by then.
 */
#pragma once

#include "fstab/snapshot.h"
#include "reply/reply.h"

/*
 * Write all lines that are due to fstab at once, before the deadline, and note in the
 * outcomes what was done; in check mode only note the diff. Where it cannot be written,
 * these binds have failed. Lines are appended in the order of the binds, request_order(): who
 * mounts all that fstab lists goes by that of its lines.
 */
void fstab_commit(struct reply *reply, const size_t *order,
		  const struct fstab_snapshot *snapshot, double deadline);
