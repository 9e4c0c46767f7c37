/* SPDX-License-Identifier: Apache-2.0 */
#include "base/array.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#define ROOM_MIN 4u

/* An array of `count` elements has room for so many: a power of two. 0: no such size. */
static size_t room_for(size_t count)
{
	size_t room = ROOM_MIN;

	while (room < count && room != 0)
		room *= 2;
	return room;
}

void *array_grow(void *items, size_t count, size_t more, size_t size)
{
	size_t room = more > SIZE_MAX - count ? 0 : room_for(count + more);

	if (room == 0) {
		errno = ENOMEM;
		return NULL;
	}
	if (items && room == room_for(count))
		return items;
	return reallocarray(items, room, size);
}

size_t array_lower_bound(const void *key, const void *items, size_t count, size_t size,
			 int (*compare)(const void *key, const void *element))
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(key, (const char *)items + middle * size) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int array_by_uint64(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}
