/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The effects on mounts. All of them name a mount by a descriptor, never by a path:
 *
 *   clone     open_tree(fd, CLONE)          a detached copy; nobody can see it
 *   flags     mount_setattr(fd)             of the mount only, never of the super block
 *   attach    move_mount(tree, target)      visible from here on
 *   beneath   move_mount(..., BENEATH)      below the top mount: visible when that goes
 *   detach    umount2(fd, MNT_DETACH)       lazily: who holds it open keeps it
 *
 * Where these calls are missing, kernel/mount_legacy.c has the other way.
 */
#include "kernel/mount_api.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/automount.h"
#include "kernel/fd.h"
#include "kernel/features.h"
#include "kernel/mount_legacy.h"
#include "kernel/mount_old_id.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"
#include "kernel/syscalls.h"
#include "mount/flags.h"
#include "mount/mount.h"

#define UMOUNT_LAZILY      2 /* MNT_DETACH */
#define UMOUNT_NO_SYMLINKS 8 /* UMOUNT_NOFOLLOW */

int sys_clone(int fd, bool recursive)
{
	unsigned flags = AT_EMPTY_PATH | SHIM_OPEN_TREE_CLONE | O_CLOEXEC |
			 (recursive ? SHIM_AT_RECURSIVE : 0);
	int tree = -1;

	if (!features_found()->mount_calls)
		return sys_remount_clone(fd, recursive);
	tree = shim_open_tree(fd, "", flags);
	return tree < 0 ? -errno : tree;
}

static int set_attr(int fd, const struct shim_mount_attr *attr, bool recursive)
{
	unsigned flags = AT_EMPTY_PATH | (recursive ? SHIM_AT_RECURSIVE : 0);

	sys_table_changed(fd);
	return shim_mount_setattr(fd, flags, attr, sizeof(*attr)) < 0 ? -errno : 0;
}

int sys_clone_name(int dir, const char *name)
{
	int tree = shim_open_tree(dir, name,
				  SHIM_OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW |
					  AT_NO_AUTOMOUNT);

	return tree < 0 ? -errno : tree;
}

static struct shim_mount_attr attr_of(struct flag_change change)
{
	struct shim_mount_attr attr = {.attr_set = change.set, .attr_clr = change.clear};

	/* The kernel wants all three bits cleared where the access time mode is set. */
	if ((change.set | change.clear) & MOUNT_FLAG_ATIME_MASK)
		attr.attr_clr |= MOUNT_FLAG_ATIME_MASK;
	return attr;
}

int sys_set_flags(int fd, struct flag_change change, bool recursive)
{
	const struct shim_mount_attr attr = attr_of(change);

	if (!features_found()->mount_calls)
		return sys_remount_flags(fd, change, recursive);
	return set_attr(fd, &attr, recursive);
}

int sys_set_up(int fd, struct flag_change change, bool recursive)
{
	struct shim_mount_attr attr = attr_of(change);
	int r = 0;

	attr.propagation = PROPAGATION_PRIVATE;
	if (features_found()->mount_calls)
		return set_attr(fd, &attr, recursive);
	r = sys_remount_flags(fd, change, recursive);
	return r < 0 ? r : sys_remount_private(fd, recursive);
}

int sys_set_private(int fd, bool recursive)
{
	const struct shim_mount_attr attr = {.propagation = PROPAGATION_PRIVATE};

	if (!features_found()->mount_calls)
		return sys_remount_private(fd, recursive);
	return set_attr(fd, &attr, recursive);
}

int sys_attach(int tree, int target)
{
	if (!features_found()->mount_calls)
		return sys_remount_attach(tree, target);
	sys_table_changed(tree);
	return shim_move_mount(tree, target, "", 0) < 0 ? -errno : 0;
}

int sys_attach_name(int tree, int dir, const char *name)
{
	return shim_move_mount(tree, dir, name, 0) < 0 ? -errno : 0;
}

int sys_attach_beneath(int tree, int target)
{
	if (!features_found()->mount_calls)
		return -EINVAL; /* what a kernel before 6.5 says */
	sys_table_changed(tree);
	return shim_move_mount(tree, target, "", SHIM_MOVE_BENEATH) < 0 ? -errno : 0;
}

/* ---- detaching ---- */

/* A directory's mount, with no path at all: from within. */
static int detach_directory(int fd)
{
	int r = 0;

	if (fchdir(fd) < 0)
		return -errno;
	if (shim_umount2(".", UMOUNT_LAZILY) < 0)
		r = -errno;
	/* Not to hold what was just detached. */
	(void)!chdir("/");
	return r;
}

/* A file's mount has no within: by its name in a directory that is pinned. */
static int detach_file(const struct file_id *file_id, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t n = (size_t)(name - path);
	/* Normalised: where a walk goes step by step, a slash at the end is one more. */
	scoped_mem char *above = strndup(path, n > 1 ? n - 1 : 1);
	scoped_fd int parent = above ? sys_open(above) : -ENOMEM;
	scoped_fd int now = -1;
	struct file_id seen = {0};
	int r = parent < 0 ? parent : 0;

	if (r == 0) {
		now = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		r = now < 0 ? -errno : sys_stat(now, &seen);
	}
	if (r == 0 && seen.mount != file_id->mount)
		r = -ESTALE;
	if (r == 0 && fchdir(parent) < 0)
		r = -errno;
	if (r == 0 && shim_umount2(name, UMOUNT_LAZILY | UMOUNT_NO_SYMLINKS) < 0)
		r = -errno;
	(void)!chdir("/");
	return r;
}

int sys_detach(int fd, const char *path)
{
	struct fd_path link = sys_fd_path(fd);
	struct file_id file_id = {0};
	int r = 0;

	sys_table_changed(fd);
	/* The link leads to the very mount that fd pins, whatever its path shows by now. */
	if (shim_umount2(link.text, UMOUNT_LAZILY) == 0)
		return 0;
	if (errno != ENOENT)
		return -errno;
	/* No /proc, as in some chroots. */
	r = sys_stat(fd, &file_id);
	if (r < 0)
		return r;
	return (file_id.mode & S_IFMT) == S_IFDIR ? detach_directory(fd)
						  : detach_file(&file_id, path);
}

void sys_done(void)
{
	path_limit_done();
	sys_remount_done();
	sys_table_done();
	sys_old_ids_done();
	sys_automounts_done();
}
