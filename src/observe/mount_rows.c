/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/mount_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"

/* One mount of the table, as what is mounted on another. */
struct mount_row {
	const struct mount *mount;
	char *point; /* NULL until the points of all on the same mount are read */
};

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

int mount_add_below(uint64_t id, const char *path, struct mount_list *ret)
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

static int by_parent(const void *a, const void *b)
{
	const struct mount *x = ((const struct mount_row *)a)->mount;
	const struct mount *y = ((const struct mount_row *)b)->mount;

	return (x->parent > y->parent) - (x->parent < y->parent);
}

static int by_point(const void *a, const void *b)
{
	return strcmp(((const struct mount_row *)a)->point,
		      ((const struct mount_row *)b)->point);
}

static int by_id(const void *a, const void *b)
{
	const struct mount *x = a;
	const struct mount *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int fill(struct mount_rows *table, const uint64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = sys_mount(ids[i], false, &table->mounts[table->count]);

		if (r == -ENOENT || r == -EPERM)
			continue; /* gone by now, or out of our root directory's reach */
		if (r < 0)
			return r;
		table->count++;
	}
	return 0;
}

static int read_all(struct mount_rows *table)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n);

	if (r < 0)
		return r;
	table->mounts = calloc(n + 1, sizeof(*table->mounts));
	table->rows = calloc(n + 1, sizeof(*table->rows));
	return table->mounts && table->rows ? fill(table, ids, n) : -ENOMEM;
}

int mount_rows_read(struct mount_rows *table)
{
	int r = table->rows ? 0 : read_all(table);

	if (r < 0)
		mount_rows_done(table);
	if (r < 0 || table->rows[0].mount)
		return r;
	qsort(table->mounts, table->count, sizeof(*table->mounts), by_id);
	for (size_t i = 0; i < table->count; i++)
		table->rows[i].mount = &table->mounts[i];
	qsort(table->rows, table->count, sizeof(*table->rows), by_parent);
	return 0;
}

void mount_rows_done(struct mount_rows *table)
{
	for (size_t i = 0; table->rows && i < table->count; i++)
		free(table->rows[i].point);
	free(table->rows);
	free(table->mounts);
	*table = (struct mount_rows){0};
}

const struct mount *mount_rows_find(const struct mount_rows *table, uint64_t id)
{
	const struct mount key = {.id = id};

	return table->count == 0 ? NULL
				 : bsearch(&key, table->mounts, table->count,
					   sizeof(*table->mounts), by_id);
}

/* The rows of what is mounted on one mount: from *ret on so many. */
static size_t rows_on(const struct mount_rows *table, uint64_t id, struct mount_row **ret)
{
	const struct mount on = {.parent = id};
	const struct mount_row key = {.mount = &on};
	size_t first = ARRAY_LOWER_BOUND(table->rows, table->count, &key, by_parent);
	size_t n = 0;

	*ret = table->rows + first;
	while (first + n < table->count && table->rows[first + n].mount->parent == id)
		n++;
	return n;
}

/* Read the points of these rows, where nobody has, and sort them by that. 0 or -errno. */
static int read_points(struct mount_row *rows, size_t n)
{
	if (n == 0 || rows[n - 1].point)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct mount m = {0};
		int r = rows[i].point ? 0 : sys_mount(rows[i].mount->id, true, &m);

		if (r < 0 && r != -ENOENT && r != -EPERM)
			return r;
		/* What is gone by now is nowhere. */
		if (!rows[i].point)
			rows[i].point = strdup(r == 0 && m.point ? m.point : "");
		mount_done(&m);
		if (!rows[i].point)
			return -ENOMEM;
	}
	qsort(rows, n, sizeof(*rows), by_point);
	return 0;
}

/* What the table has mounted on a mount, and on that; nowhere but below the path. */
static int add_rows(const struct mount_rows *table, uint64_t id, const char *path,
		    struct mount_list *ret);

static int add_row(const struct mount_rows *table, const struct mount_row *row,
		   const char *path, struct mount_list *ret)
{
	int r = 0;

	/* The root of the namespace is its own parent. */
	if (row->mount->id == row->mount->parent)
		return 0;
	r = mount_add_below(row->mount->id, path, ret);
	return r < 0 ? r : add_rows(table, row->mount->id, path, ret);
}

static int add_rows(const struct mount_rows *table, uint64_t id, const char *path,
		    struct mount_list *ret)
{
	struct mount_row *rows = NULL;
	size_t n = rows_on(table, id, &rows);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_row(table, &rows[i], path, ret);
	return r;
}

/* Of what is mounted on a mount that is seen above the path: those from "PATH/" on. */
static int add_rows_below(struct mount_rows *table, uint64_t id, const char *path,
			  struct mount_list *ret)
{
	scoped_mem char *prefix = path_join(path, "x");
	struct mount_row *rows = NULL;
	size_t n = rows_on(table, id, &rows);
	struct mount_row key = {.point = prefix};
	size_t length = 0;
	int r = prefix ? read_points(rows, n) : -ENOMEM;

	if (r < 0)
		return r;
	length = strlen(prefix) - 1;
	prefix[length] = '\0';
	for (size_t i = ARRAY_LOWER_BOUND(rows, n, &key, by_point);
	     r == 0 && i < n && strncmp(rows[i].point, prefix, length) == 0; i++)
		r = add_row(table, &rows[i], path, ret);
	return r;
}

int mount_rows_below(struct mount_rows *table, uint64_t id, const char *path, bool is_root,
		     struct mount_list *ret)
{
	/* On the mount's own root all that is mounted on it counts. */
	return is_root ? add_rows(table, id, path, ret)
		       : add_rows_below(table, id, path, ret);
}
