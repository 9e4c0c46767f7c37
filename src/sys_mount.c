/*
 * The effects on mounts. All of them name a mount by a descriptor, never by a path:
 *
 *   clone     open_tree(fd, CLONE)          a detached copy; nobody can see it
 *   flags     mount_setattr(fd)             of the mount only, never of the super block
 *   attach    move_mount(tree, target)      visible from here on
 *   beneath   move_mount(..., BENEATH)      below the top mount: visible when that goes
 *   detach    umount2(fd, MNT_DETACH)       lazily: who holds it open keeps it
 */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "shim.h"

#define UMOUNT_LAZILY 2 /* MNT_DETACH */

int sys_clone(int fd, bool recursive)
{
	int tree = shim_open_tree(fd, "",
				  AT_EMPTY_PATH | SHIM_OPEN_TREE_CLONE | O_CLOEXEC |
					  (recursive ? SHIM_AT_RECURSIVE : 0));

	return tree < 0 ? -errno : tree;
}

static int set_attr(int fd, const struct shim_mount_attr *attr, bool recursive)
{
	unsigned flags = AT_EMPTY_PATH | (recursive ? SHIM_AT_RECURSIVE : 0);

	return shim_mount_setattr(fd, flags, attr, sizeof(*attr)) < 0 ? -errno : 0;
}

int sys_set_flags(int fd, struct flags change, bool recursive)
{
	struct shim_mount_attr attr = {.attr_set = change.set, .attr_clr = change.clear};

	/* The kernel wants all three bits cleared where the access time mode is set. */
	if ((change.set | change.clear) & FLAG_ATIME_MASK)
		attr.attr_clr |= FLAG_ATIME_MASK;
	return set_attr(fd, &attr, recursive);
}

int sys_set_private(int fd, bool recursive)
{
	const struct shim_mount_attr attr = {.propagation = SHIM_MS_PRIVATE};

	return set_attr(fd, &attr, recursive);
}

int sys_attach(int tree, int target)
{
	return shim_move_mount(tree, target, 0) < 0 ? -errno : 0;
}

int sys_attach_beneath(int tree, int target)
{
	return shim_move_mount(tree, target, SHIM_MOVE_BENEATH) < 0 ? -errno : 0;
}

int sys_detach(int fd)
{
	char path[32];

	/* The link leads to the very mount that fd pins, whatever its path shows by now. */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return shim_umount2(path, UMOUNT_LAZILY) < 0 ? -errno : 0;
}
