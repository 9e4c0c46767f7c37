/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mount table of kernels that cannot be asked for one mount (before 6.8). It is read
 * once for all binds, and once more after each change: poll(2) on the file tells,
 * and what poll does not tell of our own changes, sys_table_changed() does.
 */
#include "kernel/mount_table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/mount_id.h"
#include "kernel/mount_query.h"
#include "kernel/mountinfo.h"
#include "mount/mount.h"
#include "mount/mount_tree.h"

#define TABLE_PATH "/proc/self/mountinfo"

static struct table {
	struct mount_tree tree;
	int watch;            /* says when the table changes; 0 until it is open */
	bool *is_unknown;     /* one for each mount: changed while the view is kept */
	uint64_t *automounts; /* super blocks of automounts: there are few */
	size_t n_automounts;
	bool is_read; /* what is above */
	bool is_old;
	bool is_kept;
	bool was_changed; /* while it was kept */
} table;

static void forget(void)
{
	mount_tree_done(&table.tree);
	free(STEAL(table.is_unknown));
	free(STEAL(table.automounts));
	table.n_automounts = 0;
	table.is_read = false;
}

/* Once for each change. */
static bool is_changed(void)
{
	struct pollfd p = {.fd = table.watch, .events = POLLPRI};

	return poll(&p, 1, 0) != 0;
}

void sys_keep_view(bool keep)
{
	bool changed = table.is_read && is_changed();

	table.was_changed |= table.is_kept && changed;
	table.is_kept = keep;
	table.is_old = true;
}

bool sys_view_was_changed(void)
{
	bool was_changed = table.was_changed;

	table.was_changed = false;
	return was_changed;
}

void sys_table_done(void)
{
	forget();
	if (table.watch > 0)
		(void)close(table.watch);
	table = (struct table){0};
}

static int find_automounts(const struct mount_list *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		if (mounts->items[i].magic != AUTOFS_SUPER_MAGIC)
			continue;
		if (ARRAY_RESERVE(table.automounts, table.n_automounts, 1) < 0)
			return -ENOMEM;
		table.automounts[table.n_automounts++] = mounts->items[i].superblock;
	}
	return 0;
}

static int read_table(void)
{
	struct mount_list mounts = {0};
	int r = sys_read_mountinfo(TABLE_PATH, &mounts);

	if (r < 0)
		return r;
	if (mount_tree_make(&mounts, 0, &table.tree) < 0)
		return -ENOMEM;
	table.is_unknown = calloc(table.tree.mounts.count + 1, sizeof(*table.is_unknown));
	return table.is_unknown ? find_automounts(&table.tree.mounts) : -ENOMEM;
}

static bool is_current(void)
{
	if (!table.is_read || table.is_old)
		return false;
	return table.is_kept || !is_changed();
}

static int refresh(void)
{
	int r = 0;

	if (table.watch <= 0) {
		table.watch = open(TABLE_PATH, O_RDONLY | O_CLOEXEC);
		if (table.watch < 0)
			return -errno;
	} else if (is_current()) {
		return 0;
	}
	forget();
	r = read_table();
	table.is_read = r == 0;
	table.is_old = false;
	if (r < 0)
		forget();
	return r;
}

static const struct mount *find(uint64_t id)
{
	const struct mount *m = mount_tree_find(&table.tree, id);

	return m && !table.is_unknown[m - table.tree.mounts.items] ? m : NULL;
}

/* Find a mount; what a kept view does not have, a new one may. NULL with *r 0 or -errno. */
static const struct mount *look_up(uint64_t id, int *r)
{
	const struct mount *m = NULL;

	*r = refresh();
	m = *r == 0 ? find(id) : NULL;
	if (m || *r < 0 || !table.is_kept)
		return m;
	table.is_old = true;
	*r = refresh();
	return *r == 0 ? find(id) : NULL;
}

int sys_table_mount(uint64_t id, bool with_text, struct mount *ret)
{
	int r = 0;
	const struct mount *m = look_up(id, &r);

	if (!m)
		return r < 0 ? r : -ENOENT;
	*ret = *m;
	ret->root = ret->point = ret->fs_type = NULL;
	ret->text = NULL;
	return with_text ? mount_set_text(ret, m->root, m->point, m->fs_type) : 0;
}

/* The mount on `parent` at this place of the order, or NULL. */
static const struct mount *child(uint64_t parent, size_t i)
{
	const struct mount *m = i < table.tree.mounts.count
					? &table.tree.mounts.items[table.tree.children[i]]
					: NULL;

	return m && m->parent == parent ? m : NULL;
}

/*
 * The ids of all mounts below one, which is read already. The list is its own queue: what
 * was found is asked for its children in turn. There is room for each mount once, and each
 * is found once, as ids are unique and no circle is left. Returns how many.
 */
static size_t collect_below(uint64_t id, uint64_t *ids)
{
	size_t n = 0;

	for (size_t done = 0; done <= n; done++) {
		uint64_t parent = done == 0 ? id : ids[done - 1];
		size_t i = mount_tree_first_child(&table.tree, parent);

		for (const struct mount *m; (m = child(parent, i)); i++) {
			/* The root of a namespace may be on itself. */
			if (m->id != parent)
				ids[n++] = m->id;
		}
	}
	return n;
}

int sys_table_below(uint64_t id, uint64_t **ret, size_t *ret_n)
{
	int r = 0;

	if (id == SYS_ALL_MOUNTS)
		r = refresh();
	else
		(void)look_up(id, &r);
	if (r < 0)
		return r;
	*ret = calloc(table.tree.mounts.count + 1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	*ret_n = 0;
	if (id != SYS_ALL_MOUNTS)
		*ret_n = collect_below(id, *ret);
	for (size_t i = 0; id == SYS_ALL_MOUNTS && i < table.tree.mounts.count; i++)
		(*ret)[(*ret_n)++] = table.tree.mounts.items[i].id;
	return 0;
}

/* A mount and all below it. 0 or -ENOMEM. */
static int mark_unknown(const struct mount *m)
{
	const struct mount *all = table.tree.mounts.items;
	scoped_mem uint64_t *ids = calloc(table.tree.mounts.count, sizeof(*ids));
	size_t n = ids ? collect_below(m->id, ids) : 0;

	table.is_unknown[m - all] = true;
	for (size_t i = 0; i < n; i++)
		table.is_unknown[mount_tree_find(&table.tree, ids[i]) - all] = true;
	return ids ? 0 : -ENOMEM;
}

bool sys_table_is_automount(uint64_t dev)
{
	uint64_t superblock = (uint64_t)major(dev) << 32 | minor(dev);

	/* Reading it once will do: robind mounts none. */
	if (!table.is_read && refresh() < 0)
		return false;
	for (size_t i = 0; i < table.n_automounts; i++) {
		if (table.automounts[i] == superblock)
			return true;
	}
	return false;
}

void sys_table_changed(int fd)
{
	const struct mount *m = NULL;
	uint64_t id = 0;

	if (!table.is_kept || !table.is_read || sys_mount_id(fd, &id) < 0) {
		table.is_old = true;
		return;
	}
	m = find(id);
	if (m && mark_unknown(m) < 0)
		table.is_old = true;
}
