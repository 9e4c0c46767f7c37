/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole run: for each bind, in order, look, plan and apply until the plan is empty;
 * check mode stops before apply. One bind's failure is its own.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "reply/reply.h"
#include "request/request.h"

/*
 * Bring the machine to what the request asks, and note each bind's outcome in the reply,
 * which borrows the request; what is to be purged is appended to that. Returns 0 when every
 * bind has been judged, whatever came of it; -1 with *err set when nothing could be judged
 * (ERROR_KERNEL, ERROR_LOCKED_OUT), or when memory ran out: the outcomes that are there are
 * true all the same.
 */
MUST_CHECK int run_request(struct request *req, const struct features *features,
			   struct reply *reply, struct error *err);

/* Whether mounts can be read at all. Returns 0, or -1 with ERROR_KERNEL. */
MUST_CHECK int run_check_kernel(const struct features *features, struct error *err);
