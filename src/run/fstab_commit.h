/*
 * What shall become of fstab: changed once when all live mounts are done, for all binds
 * that are as asked by then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/outcome.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "reply/reply.h"
#include "request/request.h"

/* One bind whose lines have to change, once its live mount is as asked. */
struct fstab_change {
	size_t bind;      /* of the request */
	struct want want; /* its paths are owned, the rest is borrowed */
	uint32_t source_attr;
	bool changed_live;
};

struct fstab_changes {
	struct fstab_change *items;
	size_t count;
};

/* Free what they own; safe on {0} and twice. */
void fstab_changes_done(struct fstab_changes *changes);

/*
 * Bind `i` is as asked in the live table, and its lines have to change. Returns 0, or -1
 * when there is no memory.
 */
MUST_CHECK int fstab_changes_add(struct fstab_changes *changes, size_t i,
				 const struct outcome *out);

/*
 * Write all changes to fstab at once, before the deadline, and tell the reply of it; in
 * check mode only tell. When it cannot be written, these binds have failed. Returns 0,
 * or -1 when there is no memory.
 */
MUST_CHECK int fstab_commit(const struct fstab_changes *changes, const struct request *req,
			    const struct fstab_snapshot *snapshot, double deadline,
			    struct reply *reply);
