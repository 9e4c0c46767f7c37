/* SPDX-License-Identifier: Apache-2.0 */
/* The owners and groups that a request names, found by name once for all of its binds. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "request/request.h"

/*
 * Find the numbers of all names that targets may be made with: each of the two files of this
 * host is read at most once. Returns 0; or -1 with ERROR_OWNER_MISSING where a name is not
 * known, or a number means nobody in this user namespace, or with another error.
 */
MUST_CHECK int owners_find(struct request *req, struct error *err);
