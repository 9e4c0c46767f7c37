/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: the keys are the caller's own paths, so nobody gains by making them collide. */
#define HASH_START 0xcbf29ce484222325u

static uint64_t hash_byte(uint64_t h, char byte)
{
	return (h ^ (unsigned char)byte) * 0x100000001b3u;
}

uint64_t hash_bytes(const char *key, size_t length)
{
	uint64_t h = HASH_START;

	for (size_t i = 0; i < length; i++)
		h = hash_byte(h, key[i]);
	return h;
}

static uint32_t fold(uint64_t hash)
{
	return (uint32_t)(hash ^ (hash >> 32));
}

/* Keys are compared only where the hashes are equal: they may have long beginnings alike. */
static struct hash_table_slot *slot_of(const struct hash_table *map, uint32_t hash,
				       const char *key, size_t length)
{
	for (size_t i = hash;; i++) {
		struct hash_table_slot *slot = &map->slots[i & map->mask];

		if (!slot->key ||
		    (slot->hash == hash && strncmp(slot->key, key, length) == 0 &&
		     slot->key[length] == '\0'))
			return slot;
	}
}

int hash_table_make(struct hash_table *map, size_t n)
{
	size_t size = 16;

	while (size < n + n / 2)
		size *= 2;
	map->slots = calloc(size, sizeof(*map->slots));
	map->mask = size - 1;
	return map->slots ? 0 : -1;
}

size_t hash_table_put(struct hash_table *map, const char *key, size_t value)
{
	size_t length = strlen(key);
	uint32_t hash = fold(hash_bytes(key, length));
	struct hash_table_slot *slot = slot_of(map, hash, key, length);

	if (slot->key)
		return slot->value;
	*slot = (struct hash_table_slot){key, (uint32_t)value, hash};
	return HASH_TABLE_NONE;
}

size_t hash_table_get(const struct hash_table *map, const char *key, size_t length)
{
	const struct hash_table_slot *slot = NULL;

	if (!map->slots)
		return HASH_TABLE_NONE;
	slot = slot_of(map, fold(hash_bytes(key, length)), key, length);
	return slot->key ? slot->value : HASH_TABLE_NONE;
}

/* The last prefix of whole components that is a key, of those shorter than `limit`. */
static size_t get_last(const struct hash_table *map, const char *path, size_t limit,
		       hash_table_filter *is_meant, const void *arg)
{
	size_t found = HASH_TABLE_NONE;
	uint64_t hash = HASH_START;

	for (size_t i = 0; map->slots && i < limit; i++) {
		bool ends = path[i + 1] == '/' || path[i + 1] == '\0' || i == 0;
		const struct hash_table_slot *slot = NULL;

		hash = hash_byte(hash, path[i]);
		if (!ends)
			continue;
		slot = slot_of(map, fold(hash), path, i + 1);
		if (slot->key && (!is_meant || is_meant(slot->value, arg)))
			found = slot->value;
	}
	return found;
}

size_t hash_table_get_above(const struct hash_table *map, const char *path)
{
	const char *last = strrchr(path, '/');
	size_t limit = last > path ? (size_t)(last - path) : 1;

	return path[0] == '/' && path[1] == '\0' ? HASH_TABLE_NONE
						 : get_last(map, path, limit, NULL, NULL);
}

size_t hash_table_get_at_or_above(const struct hash_table *map, const char *path,
				  hash_table_filter *is_meant, const void *arg)
{
	return get_last(map, path, strlen(path), is_meant, arg);
}

void hash_table_done(struct hash_table *map)
{
	free(map->slots);
	*map = (struct hash_table){0};
}
