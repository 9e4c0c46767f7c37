/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a request against itself: what two binds, or one, must not ask for together. */
#pragma once

#include "base/macro.h"
#include "request/request.h"

/*
 * Check the decoded wants, of which request_map_targets() has been made. One pass with hash
 * look-ups: O(binds * components). Returns 0, or -1 with ERROR_REQUEST.
 */
MUST_CHECK int conflicts_check(const struct request *req, struct error *err);

/*
 * Check the sources of what is named against what purge_add() has appended: that goes last, so a
 * source in it would be read through a mount that is not there in the next run. O(binds *
 * components). Returns as conflicts_check().
 */
MUST_CHECK int purged_check(const struct request *req, struct error *err);
