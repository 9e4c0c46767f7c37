/* SPDX-License-Identifier: Apache-2.0 */
/* mountinfo, by libmount, as the struct mount that everybody else reads. */
#include "kernel/mountinfo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/libmount.h"
#include "mount/flags.h"
#include "mount/fs_kind.h"
#include "mount/mount.h"
#include "mount/option_list.h"

#define TRIES 3 /* of reading a table that changes */

/* The words of mount options, as mountinfo has them for one mount, as flags. */
static uint32_t attr_of(const char *options)
{
	struct mount_option option = {0};
	struct options_told told = {0};

	while (options && mount_option_next(&options, &option))
		mount_option_tell(&option, &told);
	/* strictatime alone has no word there */
	if ((told.decided & MOUNT_FLAG_ATIME_MASK) == 0)
		told.value |= MOUNT_FLAG_STRICTATIME;
	return told.value & (MOUNT_FLAG_RDONLY | MOUNT_FLAG_CARRIED);
}

static uint32_t propagation_of(const char *fields)
{
	uint32_t bits = 0;

	if (fields && strstr(fields, "shared:"))
		bits |= PROPAGATION_SHARED;
	if (fields && strstr(fields, "master:"))
		bits |= PROPAGATION_SLAVE;
	if (fields && strstr(fields, "unbindable"))
		bits |= PROPAGATION_UNBINDABLE;
	return bits ? bits : PROPAGATION_PRIVATE;
}

/* The number after `key`, or 0 where there is no such field. */
static uint64_t group_of(const char *fields, const char *key)
{
	const char *field = fields ? strstr(fields, key) : NULL;

	return field ? strtoull(field + strlen(key), NULL, 10) : 0;
}

/* "propagate_from" is there when the master itself has no mount in this namespace. */
static uint64_t master_of(const char *fields)
{
	uint64_t nearest = group_of(fields, "propagate_from:");

	return nearest ? nearest : group_of(fields, "master:");
}

/* A mount that lacks a text is none: 0 and nothing in *ret. */
static int read_one(const struct libmount *lib, struct libmnt_fs *fs, struct mount *ret)
{
	const char *root = lib->mnt_fs_get_root(fs);
	const char *point = lib->mnt_fs_get_target(fs);
	const char *type = lib->mnt_fs_get_fstype(fs);
	const char *fields = lib->mnt_fs_get_optional_fields(fs);
	dev_t dev = lib->mnt_fs_get_devno(fs);

	if (!root || !point || !type)
		return 0;
	*ret = (struct mount){
		.id = (uint64_t)lib->mnt_fs_get_id(fs),
		.parent = (uint64_t)lib->mnt_fs_get_parent_id(fs),
		.superblock = (uint64_t)major(dev) << 32 | minor(dev),
		.magic = fs_magic_of(type),
		.attr = attr_of(lib->mnt_fs_get_vfs_options(fs)),
		.propagation = propagation_of(fields),
		.peer_group = group_of(fields, "shared:"),
		.master = master_of(fields),
	};
	return mount_set_text(ret, root, point, type);
}

static int read_all(const struct libmount *lib, struct libmnt_table *tb,
		    struct mount_list *list)
{
	struct libmnt_iter *it = lib->mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs = NULL;
	size_t n = (size_t)lib->mnt_table_get_nents(tb);
	int r = it ? 0 : -ENOMEM;

	list->items = calloc(n + 1, sizeof(*list->items));
	if (!list->items)
		r = -ENOMEM;
	while (r == 0 && list->count < n && lib->mnt_table_next_fs(tb, it, &fs) == 0) {
		r = read_one(lib, fs, &list->items[list->count]);
		list->count += list->items[list->count].text != NULL;
	}
	lib->mnt_free_iter(it);
	return r;
}

/* ---- tables that changed while they were read ---- */

/*
 * The kernel hands the table out in pieces, and gives the number of a mount that is gone to
 * the next one that is made. So what was read may have one number twice, and from that even
 * mounts that are on each other in a circle, which no reader would come out of.
 */
struct check {
	const struct mount_list *list;
	size_t *by_id; /* indices, sorted by id, the last that was read last */
	enum { UNKNOWN, ON_THE_WAY, GOOD, BAD } * state; /* of each mount */
};

static int by_id(const void *a, const void *b, void *data)
{
	const struct mount *items = data;
	size_t i = *(const size_t *)a;
	size_t j = *(const size_t *)b;

	if (items[i].id != items[j].id)
		return items[i].id < items[j].id ? -1 : 1;
	return (i > j) - (i < j);
}

/* The newest mount with this id, as an index; the count of them where there is none. */
static size_t find(const struct check *c, uint64_t id)
{
	size_t low = 0;
	size_t high = c->list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->list->items[c->by_id[middle]].id <= id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || c->list->items[c->by_id[low - 1]].id != id)
		return c->list->count;
	return c->by_id[low - 1];
}

/* Up from one mount to one that is known, or that is on nothing here: else it is bad. */
static void judge(const struct check *c, size_t i)
{
	const struct mount *items = c->list->items;
	size_t at = i;
	bool is_bad = false;

	while (at < c->list->count && c->state[at] == UNKNOWN) {
		c->state[at] = ON_THE_WAY;
		at = items[at].parent == items[at].id ? c->list->count
						      : find(c, items[at].parent);
	}
	is_bad = at < c->list->count && c->state[at] != GOOD;
	for (at = i; at < c->list->count && c->state[at] == ON_THE_WAY;
	     at = find(c, items[at].parent))
		c->state[at] = is_bad ? BAD : GOOD;
}

/* Take the bad ones out of the list. Returns how many. */
static size_t remove_bad(const struct check *c, struct mount_list *list)
{
	size_t n = list->count;

	list->count = 0;
	for (size_t i = 0; i < n; i++) {
		if (c->state[i] == BAD)
			mount_done(&list->items[i]);
		else
			list->items[list->count++] = list->items[i];
	}
	return n - list->count;
}

/* Leave each id once, and no circle. Returns how many are gone, or -ENOMEM. */
static ssize_t make_whole(struct mount_list *list)
{
	size_t n = list->count;
	scoped_mem size_t *order = calloc(n + 1, sizeof(*order));
	struct check c = {.list = list, .by_id = order};
	scoped_mem void *state = calloc(n + 1, sizeof(*c.state));

	c.state = state;
	if (!order || !state)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), by_id, list->items);
	for (size_t i = 0; i + 1 < n; i++) {
		if (list->items[order[i]].id == list->items[order[i + 1]].id)
			c.state[order[i]] = BAD;
	}
	for (size_t i = 0; i < n; i++)
		judge(&c, i);
	return (ssize_t)remove_bad(&c, list);
}

/* ---- the whole file ---- */

/*
 * A line that libmount has no memory for is a bad one to it, which it passes over: the mount would
 * not be there. That is seen at the line, as what comes behind it sets errno too.
 */
static int judge_bad_line(struct libmnt_table *tb, const char *path, int line)
{
	(void)tb;
	(void)path;
	(void)line;
	return errno == ENOMEM ? -ENOMEM : 1;
}

static int read_file(const char *path, struct mount_list *list)
{
	const struct libmount *lib = NULL;
	struct libmnt_table *tb = NULL;
	int r = libmount_load(&lib);

	if (r < 0)
		return r;
	tb = lib->mnt_new_table();
	if (!tb)
		return -ENOMEM;
	(void)lib->mnt_table_set_parser_errcb(tb, judge_bad_line);
	errno = 0;
	r = lib->mnt_table_parse_file(tb, path);
	/* Before 2.37 such a line is the end of the file. */
	if (errno == ENOMEM)
		r = -ENOMEM;
	else if (r > 0)
		r = -EIO;
	if (r == 0)
		r = read_all(lib, tb, list);
	lib->mnt_unref_table(tb);
	return r;
}

int sys_read_mountinfo(const char *path, struct mount_list *ret)
{
	struct mount_list list = {0};
	ssize_t n_bad = 1;
	int r = 0;

	/* Where it never holds still, what is left is true of each mount alone. */
	for (unsigned i = 0; r == 0 && n_bad > 0 && i < TRIES; i++) {
		mount_list_done(&list);
		r = read_file(path, &list);
		n_bad = r == 0 ? make_whole(&list) : 0;
		r = n_bad < 0 ? (int)n_bad : r;
	}
	if (r < 0)
		mount_list_done(&list);
	else
		*ret = list;
	return r;
}

int sys_process_mounts(pid_t pid, struct mount_list *ret)
{
	char path[48];
	struct mount_list list = {0};
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pid);
	r = sys_read_mountinfo(path, &list);
	if (r == 0 && list.count == 0)
		r = -ESRCH; /* what an ended process has */
	if (r < 0)
		mount_list_done(&list);
	else
		*ret = list;
	return r;
}
