/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/clone_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_id.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"
#include "mount/fs_kind.h"

/*
 * Make the detached copy of a whole mount; its root must be what its point shows. Private,
 * or what is mounted below the source would be attached to the copy too.
 */
static int copy_mount(const struct mount *m)
{
	scoped_fd int root = sys_open(m->point);
	scoped_fd int tree = -1;
	struct file_id file_id = {0};

	if (root < 0 || sys_stat(root, &file_id) < 0 || file_id.mount != m->id ||
	    !file_id.is_mount_root)
		return -1;
	tree = sys_clone(root, false);
	if (tree < 0 ||
	    sys_set_up(tree, (struct flag_change){.set = MOUNT_FLAG_RDONLY}, false) < 0)
		return -1;
	return steal_fd(&tree);
}

static void base_use(struct clone_base *base, struct mounts *mounts)
{
	const struct mount *m = NULL;

	if (++base->uses != 2 || mounts_shared(mounts, base->mount, &m) < 0)
		return;
	base->point = strdup(m->point);
	if (base->point)
		base->fd = copy_mount(m);
}

static struct clone_base *find_base(struct clones *clones, uint64_t mount)
{
	for (size_t i = 0; i < clones->count; i++) {
		if (clones->bases[i].mount == mount)
			return &clones->bases[i];
	}
	if (clones->count == CLONES_MAX)
		return NULL;
	clones->bases[clones->count] = (struct clone_base){.mount = mount, .fd = -1};
	return &clones->bases[clones->count++];
}

/* The directory of the copy that holds the last component of `rest`. -1: there is none. */
static int open_dir(struct clone_base *base, const char *rest, size_t length)
{
	if (length == 0)
		return base->fd;
	if (base->path && strncmp(base->path, rest, length) == 0 &&
	    base->path[length] == '\0')
		return base->dir;
	if (base->path && base->dir >= 0)
		(void)close(base->dir);
	free(base->path);
	base->path = strndup(rest, length);
	base->dir = base->path ? sys_open_below(base->fd, base->path) : -1;
	return base->dir;
}

/*
 * By its name in a directory that is pinned, where looking it up waits for nobody. A symlink
 * would not be followed, and all that can be found lies in the copy.
 */
static int clone_name(struct clone_base *base, const char *rest)
{
	const char *slash = strrchr(rest, '/');
	int dir = open_dir(base, rest, slash ? (size_t)(slash - rest) : 0);

	return dir < 0 ? -ESTALE : sys_clone_name(dir, slash ? slash + 1 : rest);
}

static int clone_path(const struct clone_base *base, const char *rest)
{
	scoped_fd int fd = sys_open_below(base->fd, rest);

	return fd < 0 ? -ESTALE : sys_clone(fd, false);
}

/* Is a clone what the copy was made to be? Asked once: it is the kernel that is asked. */
static bool is_proved(struct clone_base *base, int tree)
{
	base->is_proved = base->is_proved || sys_is_read_only(tree);
	return base->is_proved;
}

/* Clone from the detached copy, when the path there leads to the very inode. */
static int clone_from(struct clone_base *base, const struct want *want,
		      const struct have *have, struct clone *ret)
{
	const char *rest = path_rest(want->source, base->point);
	bool is_local = fs_is_local(have->source_magic);
	scoped_fd int tree = -1;
	struct file_id file_id = {0};

	if (!rest)
		return -ESTALE;
	tree = is_local && rest[0] != '\0' ? clone_name(base, rest)
					   : clone_path(base, rest);
	if (tree < 0)
		return tree;
	if (sys_stat(tree, &file_id) < 0 || file_id.dev != have->source.file_id.dev ||
	    file_id.ino != have->source.file_id.ino || !is_proved(base, tree))
		return -ESTALE;
	*ret = (struct clone){.fd = steal_fd(&tree),
			      .id = file_id.mount,
			      .is_set_up = true};
	return 0;
}

static int open_judged(const char *path, const struct file_id *judged)
{
	scoped_fd int fd = sys_open(path);
	struct file_id now = {0};
	int r = fd < 0 ? fd : sys_stat(fd, &now);

	if (r < 0)
		return r;
	return now.mount == judged->mount && now.dev == judged->dev &&
			       now.ino == judged->ino
		       ? steal_fd(&fd)
		       : -ESTALE;
}

int clone_live(const struct want *want, const struct have *have, bool recursive)
{
	int fd = have->source.fd;
	scoped_fd int opened = fd == PINNED_BY_NAME
				       ? open_judged(want->source, &have->source.file_id)
				       : -1;

	if (fd == PINNED_BY_NAME)
		fd = opened;
	return fd < 0 ? fd : sys_clone(fd, recursive);
}

int clones_make(struct clones *clones, struct mounts *mounts, const struct want *want,
		const struct have *have, struct clone *ret)
{
	struct clone_base *base = NULL;
	scoped_fd int tree = -1;
	int r = -ESTALE;

	if (!want->recursive && !clones->is_refused && sys_copies_are_detached())
		base = find_base(clones, have->source.file_id.mount);
	if (base)
		base_use(base, mounts);
	if (base && base->fd >= 0)
		r = clone_from(base, want, have, ret);
	/* Before 6.15: a detached copy cannot be cloned from. */
	clones->is_refused |= r == -EINVAL;
	if (r == 0)
		return 0;
	tree = clone_live(want, have, want->recursive);
	if (tree < 0)
		return tree;
	*ret = (struct clone){.fd = -1};
	r = sys_mount_id(tree, &ret->id);
	ret->fd = r == 0 ? steal_fd(&tree) : -1;
	return r;
}

void clones_done(struct clones *clones)
{
	for (size_t i = 0; i < clones->count; i++) {
		if (clones->bases[i].fd >= 0)
			(void)close(clones->bases[i].fd);
		if (clones->bases[i].path && clones->bases[i].dir >= 0)
			(void)close(clones->bases[i].dir);
		free(clones->bases[i].path);
		free(clones->bases[i].point);
	}
	*clones = (struct clones){0};
}
