/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/mount_old_id.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/syscalls.h"

#define AT_ONCE 1024u

struct pair {
	uint64_t old;
	uint64_t unique;
};

/* Of all mounts, from the last time that one was not among them; sorted by the old id. */
static struct {
	struct pair *items;
	size_t count;
} pairs;

void sys_old_ids_done(void)
{
	free(pairs.items);
	pairs.items = NULL;
	pairs.count = 0;
}

static int by_old_id(const void *a, const void *b)
{
	const struct pair *x = a;
	const struct pair *y = b;

	return (x->old > y->old) - (x->old < y->old);
}

static int read_pair(uint64_t id, struct pair *ret)
{
	struct shim_statmount s = {0};

	if (shim_statmount(id, SHIM_STATMOUNT_MNT_BASIC, &s, sizeof(s)) < 0)
		return -errno;
	*ret = (struct pair){s.mnt_id_old, id};
	return 0;
}

static int add_pairs(const uint64_t *ids, size_t n)
{
	if (ARRAY_RESERVE(pairs.items, pairs.count, n) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		pairs.count += read_pair(ids[i], &pairs.items[pairs.count]) == 0;
	return 0;
}

static int read_pairs(void)
{
	scoped_mem uint64_t *ids = calloc(AT_ONCE, sizeof(*ids));
	uint64_t after = 0;
	ssize_t n = AT_ONCE;
	int r = ids ? 0 : -ENOMEM;

	sys_old_ids_done();
	while (r == 0 && n == AT_ONCE) {
		n = shim_listmount(UINT64_MAX, after, ids, AT_ONCE);
		if (n <= 0)
			r = n < 0 ? -errno : 0;
		else
			r = add_pairs(ids, (size_t)n);
		after = n > 0 ? ids[n - 1] : 0;
	}
	if (pairs.count > 1)
		qsort(pairs.items, pairs.count, sizeof(*pairs.items), by_old_id);
	return r;
}

/* What was read may be out of date: the mount is asked for its old id again. */
static int find(uint64_t old, uint64_t *ret)
{
	const struct pair key = {.old = old};
	size_t i = ARRAY_LOWER_BOUND(pairs.items, pairs.count, &key, by_old_id);
	struct pair now = {0};

	if (i == pairs.count || pairs.items[i].old != old ||
	    read_pair(pairs.items[i].unique, &now) < 0 || now.old != old)
		return -ENOENT;
	*ret = now.unique;
	return 0;
}

int sys_unique_id(uint64_t old, uint64_t *ret)
{
	int r = 0;

	if (find(old, ret) == 0)
		return 0;
	r = read_pairs();
	return r < 0 ? r : find(old, ret);
}
