/* What is at a target now, whoever mounted it. */
#pragma once

#include "base.h"
#include "fail.h"
#include "reply.h"

/*
 * Tell the reply of the `i`th target, given as text. A path that cannot be looked at is
 * that target's error. Returns 0, or -1 with FAIL_MEMORY.
 */
MUST_CHECK int show_target(struct reply *reply, size_t i, const char *target,
			   struct fail *f);
