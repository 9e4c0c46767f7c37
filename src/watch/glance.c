/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/glance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/mount_query.h"
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

int glance_take(const char *target, struct glance *ret)
{
	scoped_fd int fd = sys_open(target);
	struct file_id id;
	struct mount m = {0};
	int r = fd < 0 ? fd : sys_stat_mount(fd, &id);

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
	};
	mount_done(&m);
	return sum_below(ret->mount, &ret->below);
}

bool glance_is_equal(const struct glance *a, const struct glance *b)
{
	return a->mount == b->mount && a->parent == b->parent &&
	       a->superblock == b->superblock && a->attr == b->attr &&
	       a->propagation == b->propagation && a->peer_group == b->peer_group &&
	       a->master == b->master && a->below == b->below;
}

char *glance_mount_point(const char *path)
{
	scoped_fd int fd = sys_open(path);
	struct file_id id;
	struct mount m = {0};
	char *point = NULL;

	if (fd < 0 || sys_stat_mount(fd, &id) < 0 || sys_mount(id.mount, true, &m) < 0)
		return NULL;
	if (m.point && strcmp(m.point, "/") != 0)
		point = strdup(m.point);
	mount_done(&m);
	return point;
}

struct source_glance glance_source(const char *path, bool was_local, const char *point)
{
	const char *at = was_local ? path : point;
	scoped_fd int fd = at ? sys_open(at) : -1;
	struct file_id id;
	bool is_local = fd >= 0 && sys_is_local(fd);

	if (fd < 0 || sys_stat_mount(fd, &id) < 0)
		return (struct source_glance){.is_local = was_local};
	return (struct source_glance){
		.is_local = was_local && is_local,
		.mount = id.mount,
		.dev = was_local && is_local ? id.dev : 0,
		.ino = was_local && is_local ? id.ino : 0,
	};
}

bool source_glance_is_equal(const struct source_glance *a, const struct source_glance *b)
{
	return a->is_local == b->is_local && a->mount == b->mount && a->dev == b->dev &&
	       a->ino == b->ino;
}
