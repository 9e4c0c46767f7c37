/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of binds sorted by path, to find those that lie in the source of a recursive one. */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "request/want.h"

struct target_place {
	const char *target; /* borrowed */
	size_t want;        /* its index */
};

/* Of the binds that shall be there; empty where none of them is recursive. */
struct targets_by_path {
	struct target_place *items;
	size_t count;
};

/* Targets that follow each other: first <= i < end. */
struct target_range {
	size_t first;
	size_t end;
};

/* Returns 0 with *ret filled, give it to targets_done(); -1 when there is no memory. */
MUST_CHECK int targets_sort(const struct want *wants, size_t n_wants,
			    struct targets_by_path *ret);

/* Those strictly below a normalised path other than the root. By bisection. */
struct target_range targets_below(const struct targets_by_path *targets, const char *path);

/* Free what it owns; safe on {0} and twice. */
void targets_done(struct targets_by_path *targets);
