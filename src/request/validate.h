/* Checks of a request against itself: what two binds, or one, must not ask for together. */
#pragma once

#include "base/macro.h"
#include "request/request.h"

/*
 * Check the decoded wants, fill req->targets and each want's `outer`. One pass with hash
 * look-ups: O(binds * components). Returns 0, or -1 with ERROR_REQUEST or ERROR_MEMORY.
 */
MUST_CHECK int conflicts_check(struct request *req, struct error *err);

/* Only fill req->targets and each want's `outer`. 0, or -1 when there is no memory. */
MUST_CHECK int conflicts_map(struct request *req);
