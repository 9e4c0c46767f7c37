/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/reach_table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/fd.h"
#include "kernel/mount_id.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

void reach_table_done(struct reach_table *table)
{
	group_tree_done(&table->groups);
	propagation_done(&table->propagation);
	*table = (struct reach_table){0};
}

void reach_table_refresh(struct reach_table *table)
{
	if (table->is_old)
		reach_table_done(table);
}

/*
 * A slave whose master has no mount here may yet receive from a group that has, by way of
 * other namespaces. The kernel knows; it is asked for no other slave, because its answer
 * takes the longer the more peers the master has.
 */
static int find_masters(struct mount_list *list)
{
	scoped_mem uint64_t *groups = calloc(list->count + 1, sizeof(*groups));
	size_t n = 0;

	if (!groups)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].peer_group)
			groups[n++] = list->items[i].peer_group;
	}
	qsort(groups, n, sizeof(*groups), array_by_uint64);
	for (size_t i = 0; i < list->count; i++) {
		struct mount *m = &list->items[i];
		int r = 0;

		if (!m->master ||
		    bsearch(&m->master, groups, n, sizeof(*groups), array_by_uint64))
			continue;
		r = sys_mount_master_here(m->id, &m->master);
		if (r == -ENOENT || r == -EPERM)
			m->master = 0;
		else if (r < 0)
			return r;
	}
	return 0;
}

static int read_mounts(bool with_text, struct mount_list *ret)
{
	scoped_mem uint64_t *ids = NULL;
	struct mount_list list = {0};
	size_t n = 0;
	int r = sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n);

	if (r < 0)
		return r;
	list.items = calloc(n + 1, sizeof(*list.items));
	if (!list.items)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = sys_mount(ids[i], with_text, &list.items[list.count]);
		if (r == 0)
			list.count++;
		else if (r == -ENOENT || r == -EPERM)
			r = 0; /* gone by now, or out of our root directory's reach */
	}
	if (r == 0)
		r = find_masters(&list);
	if (r < 0) {
		mount_list_done(&list);
		return r;
	}
	*ret = list;
	return 0;
}

int reach_table_has_others(struct reach_table *table, uint64_t group, bool *ret)
{
	struct mount_list list = {0};
	int r = 0;

	if (!table->has_groups) {
		r = read_mounts(false, &list);
		if (r == 0 && group_tree_make(&list, &table->groups) < 0)
			r = -ENOMEM;
		mount_list_done(&list);
		table->has_groups = r == 0;
	}
	*ret = r == 0 && !group_tree_is_alone(&table->groups, group);
	return r;
}

int reach_table_read(struct reach_table *table, struct propagation **ret)
{
	struct mount_list list = {0};
	uint64_t root = 0;
	int r = 0;

	if (!table->has_propagation) {
		scoped_fd int fd = sys_open("/");

		r = fd < 0 ? fd : sys_mount_id(fd, &root);
		if (r == 0)
			r = read_mounts(true, &list);
		if (r == 0 && propagation_make(&list, root, &table->propagation) < 0)
			r = -ENOMEM;
		table->has_propagation = r == 0;
	}
	*ret = &table->propagation;
	return r;
}
