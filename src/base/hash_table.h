/* A hash table from text to a number: which bind has this target. */
#pragma once

#include <stddef.h>

#include "base/macro.h"

#define MAP_NONE ((size_t)-1)

struct map_slot {
	const char *key; /* borrowed; NULL where the slot is free */
	size_t value;
};

struct map {
	struct map_slot *slots;
	size_t mask;
};

/* Make an empty map for up to `n` keys. Returns 0, or -1 when there is no memory. */
MUST_CHECK int map_make(struct map *map, size_t n);

/*
 * Put a key, borrowed for as long as the map lives. Returns MAP_NONE, or the value that the
 * key has already, which stays.
 */
size_t map_put(struct map *map, const char *key, size_t value);

/* The value of the key of `length` bytes at `key`, or MAP_NONE. */
size_t map_get(const struct map *map, const char *key, size_t length);

/*
 * The value of the longest key that is a path strictly above the normalised `path`, or
 * MAP_NONE: one look-up for each component.
 */
size_t map_get_above(const struct map *map, const char *path);

/* Free what the map owns; safe on {0} and twice. */
void map_done(struct map *map);
