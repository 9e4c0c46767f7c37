/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table from text to a number: which bind has this target. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define HASH_TABLE_NONE ((size_t)-1)

/* Small: four of them share a line of the processor's cache, and look-ups wait for those. */
struct hash_table_slot {
	const char *key; /* borrowed; NULL where the slot is free */
	uint32_t value;
	uint32_t hash;
};

struct hash_table {
	struct hash_table_slot *slots;
	size_t mask;
};

/* Make an empty map for up to `n` keys. Returns 0, or -1 when there is no memory. */
MUST_CHECK int hash_table_make(struct hash_table *map, size_t n);

/*
 * Put a key, borrowed for as long as the map lives, and a value of 32 bits. Returns
 * HASH_TABLE_NONE, or the value that the key has already, which stays.
 */
size_t hash_table_put(struct hash_table *map, const char *key, size_t value);

/* The value of the key of `length` bytes at `key`, or HASH_TABLE_NONE. */
size_t hash_table_get(const struct hash_table *map, const char *key, size_t length);

/*
 * The value of the longest key that is a path strictly above the normalised `path`, or
 * HASH_TABLE_NONE. The cost is that of reading the path once, however many components it
 * has.
 */
size_t hash_table_get_above(const struct hash_table *map, const char *path);

/* The same of the keys that `is_meant` takes, and of `path` itself too. */
typedef bool hash_table_filter(size_t value, const void *arg);
size_t hash_table_get_at_or_above(const struct hash_table *map, const char *path,
				  hash_table_filter *is_meant, const void *arg);

/* The hash that it goes by: of the `length` bytes at `key`. */
uint64_t hash_bytes(const char *key, size_t length);

/* Free what the map owns; safe on {0} and twice. */
void hash_table_done(struct hash_table *map);
