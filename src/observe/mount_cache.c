/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/mount_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"

void mounts_init(struct mounts *mounts, bool many)
{
	*mounts = (struct mounts){.many = many};
}

void mounts_done(struct mounts *mounts)
{
	mount_rows_done(&mounts->table);
	for (size_t i = 0; i < MOUNTS_KNOWN; i++)
		mount_done(&mounts->known[i]);
	reach_table_done(&mounts->reach);
	mounted_volumes_done(&mounts->volumes);
	*mounts = (struct mounts){0};
}

int mounts_shared(struct mounts *mounts, uint64_t id, const struct mount **ret)
{
	struct mount *slot = NULL;
	struct mount m = {0};
	int r = 0;

	for (size_t i = 0; i < MOUNTS_KNOWN && sys_ids_are_unique(); i++) {
		if (mounts->known[i].text && mounts->known[i].id == id) {
			mounts->last_given = i;
			*ret = &mounts->known[i];
			return 0;
		}
	}
	r = sys_mount(id, true, &m);
	if (r < 0)
		return r;
	/* What was given last may still be in use. */
	if (mounts->n_known % MOUNTS_KNOWN == mounts->last_given)
		mounts->n_known++;
	mounts->last_given = mounts->n_known++ % MOUNTS_KNOWN;
	slot = &mounts->known[mounts->last_given];
	mount_done(slot);
	*slot = m;
	*ret = slot;
	return 0;
}

int mounts_top(struct mounts *mounts, uint64_t id, struct mount *ret)
{
	bool is_kept = sys_ids_are_unique();
	const struct mount *row =
		is_kept && !mounts->is_changed ? mount_rows_find(&mounts->table, id) : NULL;
	int r = 0;

	if (row || (is_kept && mounts->top.id == id)) {
		*ret = row ? *row : mounts->top;
		return 0;
	}
	r = sys_mount(id, false, ret);
	if (r == 0)
		mounts->top = *ret;
	return r;
}

void mounts_begin(struct mounts *mounts, const struct mount *top)
{
	mounts->top = *top;
}

static int below_by_asking(uint64_t id, const char *path, struct mount_list *ret)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(id, &ids, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = mount_add_below(ids[i], path, ret);
	return r;
}

int mounts_below(struct mounts *mounts, uint64_t id, const char *path, bool is_root,
		 bool fresh, struct mount_list *ret)
{
	struct mount_list list = {0};
	int r = 0;

	if (is_root && (fresh || (!mounts->many && !mounts->table.rows))) {
		r = below_by_asking(id, path, &list);
	} else {
		r = mount_rows_read(&mounts->table);
		if (r == 0)
			r = mount_rows_below(&mounts->table, id, path, is_root, &list);
	}
	if (r < 0) {
		mount_list_done(&list);
		return r;
	}
	if (list.count > 1)
		qsort(list.items, list.count, sizeof(*list.items), mount_by_point_and_id);
	*ret = list;
	return 0;
}
