/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/mount_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"

struct mounts_row {
	uint64_t id;
	uint64_t parent;
	char *point;
};

void mounts_init(struct mounts *mounts, bool many)
{
	*mounts = (struct mounts){.many = many};
}

void mounts_done(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->n_rows; i++)
		free(mounts->rows[i].point);
	free(mounts->rows);
	for (size_t i = 0; i < MOUNTS_KNOWN; i++)
		mount_done(&mounts->known[i]);
	reach_table_done(&mounts->reach);
	mounted_volumes_done(&mounts->volumes);
	*mounts = (struct mounts){0};
}

/* Append a mount, which moves into the list. */
static int append(struct mount_list *list, struct mount *m)
{
	if (ARRAY_RESERVE(list->items, list->count, 1) < 0) {
		mount_done(m);
		return -ENOMEM;
	}
	list->items[list->count++] = *m;
	return 0;
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

static int by_parent_and_point(const void *a, const void *b)
{
	const struct mounts_row *x = a;
	const struct mounts_row *y = b;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return strcmp(x->point, y->point);
}

static int read_table(struct mounts *mounts)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n);

	if (r < 0)
		return r;
	mounts->rows = calloc(n + 1, sizeof(*mounts->rows));
	if (!mounts->rows)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct mounts_row *row = &mounts->rows[mounts->n_rows];
		struct mount m = {0};

		r = sys_mount(ids[i], true, &m);
		if (r == -ENOENT || r == -EPERM)
			continue; /* gone by now, or out of our root directory's reach */
		if (r < 0)
			return r;
		*row = (struct mounts_row){m.id, m.parent, strdup(m.point)};
		mount_done(&m);
		if (!row->point)
			return -ENOMEM;
		mounts->n_rows++;
	}
	qsort(mounts->rows, mounts->n_rows, sizeof(*mounts->rows), by_parent_and_point);
	return 0;
}

/* The first row that is not less than (parent, point). */
static size_t first_row(const struct mounts *mounts, uint64_t parent, const char *point)
{
	const struct mounts_row key = {.parent = parent, .point = (char *)point};

	return ARRAY_LOWER_BOUND(mounts->rows, mounts->n_rows, &key, by_parent_and_point);
}

static int add_live(uint64_t id, const char *path, struct mount_list *ret)
{
	struct mount m = {0};
	int r = sys_mount(id, true, &m);

	if (r == -ENOENT || r == -EPERM)
		return 0;
	if (r == 0 && !path_is_below(m.point, path)) {
		mount_done(&m);
		return 0;
	}
	return r == 0 ? append(ret, &m) : r;
}

/* All rows mounted on `id` at points from `prefix` on, and what is mounted on those. */
static int add_rows(const struct mounts *mounts, uint64_t id, const char *prefix,
		    const char *path, struct mount_list *ret)
{
	size_t n = strlen(prefix);

	for (size_t i = first_row(mounts, id, prefix); i < mounts->n_rows; i++) {
		const struct mounts_row *row = &mounts->rows[i];
		int r = 0;

		if (row->parent != id || strncmp(row->point, prefix, n) != 0)
			break;
		if (row->id == id)
			continue; /* the root of the namespace is its own parent */
		r = add_live(row->id, path, ret);
		if (r == 0)
			r = add_rows(mounts, row->id, "", path, ret);
		if (r < 0)
			return r;
	}
	return 0;
}

static int below_by_table(struct mounts *mounts, uint64_t id, const char *path,
			  bool is_root, struct mount_list *ret)
{
	/* On the mount's own root all rows of the mount count, else those from "PATH/" on. */
	scoped_mem char *prefix = is_root ? strdup("") : path_join(path, "x");
	int r = 0;

	if (!prefix)
		return -ENOMEM;
	if (!is_root)
		prefix[strlen(prefix) - 1] = '\0';
	if (!mounts->rows)
		r = read_table(mounts);
	return r < 0 ? r : add_rows(mounts, id, prefix, path, ret);
}

static int below_by_asking(uint64_t id, const char *path, struct mount_list *ret)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(id, &ids, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_live(ids[i], path, ret);
	return r;
}

int mounts_below(struct mounts *mounts, uint64_t id, const char *path, bool is_root,
		 bool fresh, struct mount_list *ret)
{
	struct mount_list list = {0};
	int r = 0;

	if (is_root && (fresh || (!mounts->many && !mounts->rows)))
		r = below_by_asking(id, path, &list);
	else
		r = below_by_table(mounts, id, path, is_root, &list);
	if (r < 0) {
		mount_list_done(&list);
		return r;
	}
	if (list.count > 1)
		qsort(list.items, list.count, sizeof(*list.items), mount_by_point_and_id);
	*ret = list;
	return 0;
}
