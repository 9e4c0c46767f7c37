/* SPDX-License-Identifier: Apache-2.0 */
/* Targets that are to be removed, and that another bind of the request needs. */
#pragma once

#include <stddef.h>

#include "base/hash_table.h"
#include "request/want.h"

/*
 * Tell each want, in `needed_by`, of a bind that is to be made from its target, or whose own
 * target lies below it. `targets` is target -> index; each want's `outer` is known. O(n).
 */
void needed_mark(struct want *wants, size_t n_wants, const struct hash_table *targets);
