/* What is at a target now, whoever mounted it. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "reply/reply.h"

/*
 * Tell the reply of the `i`th target, given as text, and of its line in fstab. A path that
 * cannot be looked at is that target's error. Returns 0, or -1 with FAIL_MEMORY.
 */
MUST_CHECK int show_target(struct reply *reply, const struct book *book, size_t i,
			   const char *target, struct fail *f);

/*
 * Tell the reply of the target of each bind line in fstab. Returns 0, or -1 with FAIL_FSTAB
 * or FAIL_MEMORY.
 */
MUST_CHECK int show_listed(struct reply *reply, const struct book *book, struct fail *f);
