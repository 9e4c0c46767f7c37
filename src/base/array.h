/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays that grow, and the search in sorted ones. An array is a pointer and a count, which
 * the owner keeps; how much room there is follows from the count, so that nobody keeps it.
 */
#pragma once

#include <stddef.h>

#include "base/macro.h"

/*
 * Make room for `more` (at least 1) elements after the first `count` of `items`: an lvalue
 * that is NULL, or an array that only this has allocated. Room doubles, so that n additions
 * copy at most 2n elements. What is new is not initialised. Evaluates to 0, or to -1 where
 * there is no memory or no such size: then `items` is as it was.
 */
#define ARRAY_RESERVE(items, count, more)                                                  \
	({                                                                                 \
		void *room_ = array_grow((items), (count), (more), sizeof(*(items)));      \
                                                                                           \
		(items) = room_ ? room_ : (items);                                         \
		room_ ? 0 : -1;                                                            \
	})

/*
 * The index of the first of `count` sorted elements that is not less than the key; `count`
 * when all are. compare(key, element) is below, at or above 0, as for bsearch(3).
 */
#define ARRAY_LOWER_BOUND(items, count, key, compare)                                      \
	array_lower_bound((key), (items), (count), sizeof(*(items)), (compare))

/* What ARRAY_RESERVE does: the array, moved or not; NULL when it cannot be had. */
MUST_CHECK void *array_grow(void *items, size_t count, size_t more, size_t size);

/* What ARRAY_LOWER_BOUND does. */
size_t array_lower_bound(const void *key, const void *items, size_t count, size_t size,
			 int (*compare)(const void *key, const void *element));

/* The order of two uint64_t, as for qsort(3) and bsearch(3). */
int array_by_uint64(const void *a, const void *b);
