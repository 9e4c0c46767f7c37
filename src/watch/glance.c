/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/glance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"

/* Where ids are never used again, one that is missing and one that is new show in the sum. */
static int sum_below(uint64_t mount, uint64_t *ret)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(mount, &ids, &n);

	*ret = n;
	for (size_t i = 0; r == 0 && i < n; i++)
		*ret = *ret * 31 + ids[i];
	return r;
}

static int stat_path(const char *path, bool is_local, struct file_id *ret)
{
	int r = is_local ? sys_glance(path, ret) : -EAGAIN;
	scoped_fd int fd = r == -EAGAIN ? sys_open(path) : -1;

	if (r != -EAGAIN)
		return r;
	return fd < 0 ? fd : sys_stat_mount(fd, ret);
}

int glance_take_top(const char *target, bool is_local, struct glance *ret)
{
	struct file_id id;
	struct mount m = {0};
	int r = stat_path(target, is_local, &id);

	*ret = (struct glance){0};
	if (r < 0 || !id.is_mount_root)
		return r;
	r = sys_mount(id.mount, false, &m);
	if (r < 0)
		return r;
	*ret = (struct glance){
		.mount = m.id,
		.parent = m.parent,
		.superblock = m.superblock,
		.attr = m.attr,
		.propagation = m.propagation,
		.peer_group = m.peer_group,
		.master = m.master,
		.dev = id.dev,
		.ino = id.ino,
	};
	mount_done(&m);
	return 0;
}

int glance_take(const char *target, const struct carriers *carriers, struct glance *ret)
{
	int r = glance_take_top(target, false, ret);

	return r < 0 || ret->mount == 0 || !carriers_may_have(carriers, ret->mount)
		       ? r
		       : sum_below(ret->mount, &ret->below);
}

bool glance_is_equal(const struct glance *a, const struct glance *b)
{
	return a->mount == b->mount && a->parent == b->parent &&
	       a->superblock == b->superblock && a->attr == b->attr &&
	       a->propagation == b->propagation && a->peer_group == b->peer_group &&
	       a->master == b->master && a->below == b->below;
}

static char *point_of(uint64_t mount, uint64_t *ret_superblock)
{
	struct mount m = {0};
	char *point = NULL;

	if (sys_mount(mount, true, &m) < 0)
		return NULL;
	*ret_superblock = m.superblock;
	if (m.point && strcmp(m.point, "/") != 0)
		point = strdup(m.point);
	mount_done(&m);
	return point;
}

/* What a descriptor that is there stands for; zeros where it is none. */
static struct source_glance look_at(int fd, bool is_local)
{
	struct file_id id;

	if (fd < 0 || sys_stat_mount(fd, &id) < 0)
		return (struct source_glance){.is_local = is_local};
	is_local = is_local && sys_is_local(fd);
	return (struct source_glance){
		.is_local = is_local,
		.mount = id.mount,
		.dev = is_local ? id.dev : 0,
		.ino = is_local ? id.ino : 0,
	};
}

bool source_glance_is_still(const char *path, const struct source_glance *seen)
{
	struct file_id id;

	return seen->is_local && sys_glance(path, &id) == 0 && id.mount == seen->mount &&
	       id.dev == seen->dev && id.ino == seen->ino;
}

struct source_glance glance_source(const char *path, bool was_local, const char *point)
{
	const char *at = was_local ? path : point;
	scoped_fd int fd = at ? sys_open(at) : -1;

	return look_at(fd, was_local);
}

struct source_glance glance_first(const char *path, char **ret_point)
{
	scoped_fd int fd = sys_open(path);
	struct source_glance seen = look_at(fd, true);

	*ret_point = seen.mount ? point_of(seen.mount, &seen.superblock) : NULL;
	/* Of the root directory's mount there is nothing to be asked later. */
	if (!seen.is_local && !*ret_point)
		seen.mount = 0;
	return seen;
}

bool source_glance_is_shown(const struct source_glance *source, const struct glance *target)
{
	if (source->is_local && (source->dev != target->dev || source->ino != target->ino))
		return false;
	return source->superblock == 0 || source->superblock == target->superblock;
}

bool source_glance_is_equal(const struct source_glance *a, const struct source_glance *b)
{
	return a->is_local == b->is_local && a->mount == b->mount && a->dev == b->dev &&
	       a->ino == b->ino;
}
