/* In which order the binds of a request are done. */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "request/request.h"

/*
 * The indices of the wants from `from` to before `to`: what shall be gone first, children
 * before parents; then what shall be there, parents before children; otherwise as in the
 * request. Allocated, free() it; NULL when there is no memory. O(n): targets are sorted by
 * their depth.
 */
MUST_CHECK size_t *order_make(const struct request *req, size_t from, size_t to);
