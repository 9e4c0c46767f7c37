/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which the binds of a request are begun, and which of them wait for others. */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "request/request.h"

/*
 * The indices of all wants, in the order in which they are begun: first those that are
 * named, and of them first what shall be gone, children before parents; then what shall be
 * there, parents before children, and a recursive bind after all that is mounted in its
 * source; otherwise as in the request. Then what is to be purged. Allocated, free() it; NULL
 * when there is no memory. Targets are sorted by their depth in O(n); where a bind is
 * recursive, each is gone to by way of those that wait for it in n log n.
 */
MUST_CHECK size_t *request_order(const struct request *req);

/*
 * Find a recursive bind that waits for itself: what is mounted in its source shows in turn
 * what lies at its own target. Returns 0 with *ret its index, or WANT_NONE; -1 when there is
 * no memory.
 */
MUST_CHECK int request_find_circle(const struct request *req, size_t *ret);
