/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symlinks of what a request names, resolved once and before anything else is judged: what
 * its binds are to each other, to the lines in fstab and to those of its set goes by the
 * real paths alone.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "request/request.h"

/*
 * Put the real paths into the wants that follow symlinks, and keep what was asked in
 * want->asked; one whose paths cannot be resolved keeps them, and the reason. Then the
 * request is checked against itself again. Returns 0, or -1 with ERROR_REQUEST or
 * ERROR_MEMORY. Nothing is done where a request keeps its order: see below.
 */
MUST_CHECK int resolve_request(struct request *req, struct error *err);

/*
 * In a request that keeps its order one bind may be what leads to the next one's paths. So
 * the same is done of the `i`th when its turn has come; nothing in any other request.
 * Returns 0; 1 when an earlier one has the same target, and so counts for it; or -1 with
 * ERROR_MEMORY.
 */
MUST_CHECK int resolve_in_turn(struct request *req, size_t i, struct error *err);
