/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/mounted_volumes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/mount_query.h"
#include "mount/mount.h"

struct volume_mount {
	uint64_t superblock;
	uint64_t id;
};

void mounted_volumes_done(struct mounted_volumes *volumes)
{
	free(volumes->items);
	*volumes = (struct mounted_volumes){0};
}

static int by_superblock(const void *a, const void *b)
{
	const struct volume_mount *x = a;
	const struct volume_mount *y = b;

	return (x->superblock > y->superblock) - (x->superblock < y->superblock);
}

/* *ret says whether the mount is one of a whole file system that takes writes. */
static int look_at(uint64_t id, struct volume_mount *at, bool *ret)
{
	struct mount m = {0};
	int r = sys_mount(id, true, &m);

	*ret = r == 0 && !mount_is_read_only(&m) && strcmp(m.root, "/") == 0;
	*at = (struct volume_mount){m.superblock, id};
	mount_done(&m);
	/* Gone by now, or out of our root directory's reach. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

static int read_all(struct mounted_volumes *volumes)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n);

	if (r < 0)
		return r;
	volumes->count = 0;
	free(volumes->items);
	volumes->items = calloc(n + 1, sizeof(*volumes->items));
	if (!volumes->items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		bool counts = false;

		r = look_at(ids[i], &volumes->items[volumes->count], &counts);
		if (r < 0)
			return r;
		volumes->count += counts;
	}
	qsort(volumes->items, volumes->count, sizeof(*volumes->items), by_superblock);
	volumes->is_read = true;
	return 0;
}

int mounted_volumes_have(struct mounted_volumes *volumes, uint64_t superblock, bool *ret)
{
	const struct volume_mount key = {.superblock = superblock};
	int r = volumes->is_read ? 0 : read_all(volumes);

	*ret = false;
	if (r < 0)
		return r;
	for (size_t i =
		     ARRAY_LOWER_BOUND(volumes->items, volumes->count, &key, by_superblock);
	     r == 0 && !*ret && i < volumes->count &&
	     volumes->items[i].superblock == superblock;
	     i++) {
		struct volume_mount now = {0};

		r = look_at(volumes->items[i].id, &now, ret);
		*ret = *ret && now.superblock == superblock;
	}
	return r;
}
