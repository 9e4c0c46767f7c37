#include "base/hash_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: the keys are the caller's own paths, so nobody gains by making them collide. */
static uint64_t hash(const char *key, size_t length)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)key[i]) * 0x100000001b3u;
	return h ^ (h >> 32);
}

static struct hash_table_slot *slot_of(const struct hash_table *map, const char *key,
				       size_t length)
{
	for (size_t i = hash(key, length);; i++) {
		struct hash_table_slot *slot = &map->slots[i & map->mask];

		if (!slot->key ||
		    (strncmp(slot->key, key, length) == 0 && slot->key[length] == '\0'))
			return slot;
	}
}

int hash_table_make(struct hash_table *map, size_t n)
{
	size_t size = 16;

	while (size < 2 * n)
		size *= 2;
	map->slots = calloc(size, sizeof(*map->slots));
	map->mask = size - 1;
	return map->slots ? 0 : -1;
}

size_t hash_table_put(struct hash_table *map, const char *key, size_t value)
{
	struct hash_table_slot *slot = slot_of(map, key, strlen(key));

	if (slot->key)
		return slot->value;
	*slot = (struct hash_table_slot){key, value};
	return HASH_TABLE_NONE;
}

size_t hash_table_get(const struct hash_table *map, const char *key, size_t length)
{
	const struct hash_table_slot *slot = NULL;

	if (!map->slots)
		return HASH_TABLE_NONE;
	slot = slot_of(map, key, length);
	return slot->key ? slot->value : HASH_TABLE_NONE;
}

size_t hash_table_get_above(const struct hash_table *map, const char *path)
{
	for (size_t length = strlen(path); length > 1;) {
		size_t value = HASH_TABLE_NONE;

		while (path[--length] != '/')
			;
		value = hash_table_get(map, path, length > 0 ? length : 1);
		if (value != HASH_TABLE_NONE)
			return value;
	}
	return HASH_TABLE_NONE;
}

void hash_table_done(struct hash_table *map)
{
	free(map->slots);
	*map = (struct hash_table){0};
}
