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
#include "kernel/fd.h"
#include "kernel/mount_query.h"
#include "kernel/mountinfo.h"
#include "mount/mount.h"

#define TABLE_PATH "/proc/self/mountinfo"

static struct table {
	struct mount_list mounts; /* sorted by id */
	size_t *by_parent;        /* indices, sorted by parent */
	int watch;                /* says when the table changes; 0 until it is open */
	bool *is_unknown;         /* one for each mount: changed while the view is kept */
	uint64_t *automounts;     /* super blocks of automounts: there are few */
	size_t n_automounts;
	bool is_old;
	bool is_kept;
} table;

static void forget(void)
{
	mount_list_done(&table.mounts);
	free(table.by_parent);
	free(table.is_unknown);
	free(table.automounts);
	table.by_parent = NULL;
	table.is_unknown = NULL;
	table.automounts = NULL;
	table.n_automounts = 0;
}

void sys_keep_view(bool keep)
{
	table.is_kept = keep;
	table.is_old = true;
}

void sys_table_done(void)
{
	forget();
	if (table.watch > 0)
		(void)close(table.watch);
	table = (struct table){0};
}

static int by_id(const void *a, const void *b)
{
	const struct mount *x = a;
	const struct mount *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_parent(const void *a, const void *b)
{
	uint64_t x = table.mounts.items[*(const size_t *)a].parent;
	uint64_t y = table.mounts.items[*(const size_t *)b].parent;

	return (x > y) - (x < y);
}

/* The order in which sys_table_mount() and sys_table_below() find them. */
static int sort(void)
{
	size_t n = table.mounts.count;

	table.by_parent = calloc(n + 1, sizeof(*table.by_parent));
	table.is_unknown = calloc(n + 1, sizeof(*table.is_unknown));
	table.automounts = calloc(n + 1, sizeof(*table.automounts));
	if (!table.by_parent || !table.is_unknown || !table.automounts)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct mount *m = &table.mounts.items[i];

		table.by_parent[i] = i;
		if (m->magic == AUTOFS_SUPER_MAGIC)
			table.automounts[table.n_automounts++] = m->superblock;
	}
	qsort(table.mounts.items, n, sizeof(*table.mounts.items), by_id);
	qsort(table.by_parent, n, sizeof(*table.by_parent), by_parent);
	return 0;
}

static bool is_current(void)
{
	struct pollfd p = {.fd = table.watch, .events = POLLPRI};

	if (!table.by_parent || table.is_old)
		return false;
	if (table.is_kept)
		return true;
	return poll(&p, 1, 0) == 0;
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
	r = sys_read_mountinfo(TABLE_PATH, &table.mounts);
	if (r == 0)
		r = sort();
	table.is_old = r < 0;
	if (r < 0)
		forget();
	return r;
}

static const struct mount *find(uint64_t id)
{
	const struct mount key = {.id = id};
	const struct mount *m = NULL;

	if (table.mounts.count > 0)
		m = bsearch(&key, table.mounts.items, table.mounts.count,
			    sizeof(*table.mounts.items), by_id);
	return m && !table.is_unknown[m - table.mounts.items] ? m : NULL;
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

static int to_parent(const void *key, const void *element)
{
	uint64_t parent = *(const uint64_t *)key;
	uint64_t other = table.mounts.items[*(const size_t *)element].parent;

	return (parent > other) - (parent < other);
}

/* The first place in by_parent with this parent, or one with a greater parent. */
static size_t first_child(uint64_t parent)
{
	return ARRAY_LOWER_BOUND(table.by_parent, table.mounts.count, &parent, to_parent);
}

/*
 * The ids of all mounts below one, which is read already. The list is its own queue: what
 * was found is asked for its children in turn. Returns how many.
 */
static size_t collect_below(uint64_t id, uint64_t *ids)
{
	size_t n = 0;

	for (size_t done = 0; done <= n; done++) {
		uint64_t parent = done == 0 ? id : ids[done - 1];

		for (size_t i = first_child(parent); i < table.mounts.count; i++) {
			const struct mount *m = &table.mounts.items[table.by_parent[i]];

			if (m->parent != parent)
				break;
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
	*ret = calloc(table.mounts.count + 1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	*ret_n = 0;
	if (id != SYS_ALL_MOUNTS)
		*ret_n = collect_below(id, *ret);
	for (size_t i = 0; id == SYS_ALL_MOUNTS && i < table.mounts.count; i++)
		(*ret)[(*ret_n)++] = table.mounts.items[i].id;
	return 0;
}

static void mark_unknown(uint64_t id)
{
	const struct mount *m = find(id);

	if (!m)
		return;
	table.is_unknown[m - table.mounts.items] = true;
	for (size_t i = first_child(id); i < table.mounts.count; i++) {
		const struct mount *child = &table.mounts.items[table.by_parent[i]];

		if (child->parent != id)
			break;
		mark_unknown(child->id);
	}
}

bool sys_table_is_automount(uint64_t dev)
{
	uint64_t superblock = (uint64_t)major(dev) << 32 | minor(dev);

	/* Reading it once will do: robind mounts none. */
	if (!table.by_parent && refresh() < 0)
		return false;
	for (size_t i = 0; i < table.n_automounts; i++) {
		if (table.automounts[i] == superblock)
			return true;
	}
	return false;
}

void sys_table_changed(int fd)
{
	uint64_t id = 0;

	if (table.is_kept && table.by_parent && sys_mount_id(fd, &id) == 0)
		mark_unknown(id);
	else
		table.is_old = true;
}
