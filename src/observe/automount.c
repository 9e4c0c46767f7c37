#include "observe/automount.h"

#include <linux/magic.h>

#include "kernel/automount.h"

/*
 * Whether the kernel would ask for something to be mounted there: not at the directory of a
 * map, whose names are what is mounted, nor at a name with mounts below it.
 */
static int is_asked_for(const struct view *view, const char *path,
			const struct file_id *file_id, const struct mount *m, bool *ret)
{
	struct mount_list below = {0};
	struct automount automount = {0};
	int r = 0;

	if (file_id->is_mount_root) {
		r = sys_automount(m->superblock, &automount);
		*ret = r == 0 && !automount.is_map;
		return r;
	}
	r = mounts_below(view->mounts, file_id->mount, path, false, true, &below);
	*ret = r == 0 && below.count == 0;
	mount_list_done(&below);
	return r;
}

int automount_waits(const struct view *view, const char *path,
		    const struct file_id *file_id, bool *ret)
{
	const struct mount *shared = NULL;
	struct mount m = {0};
	int r = 0;

	/* What is no mount root lies on a mount that many binds have in common. */
	if (file_id->is_mount_root)
		r = sys_mount(file_id->mount, false, &m);
	else
		r = mounts_shared(view->mounts, file_id->mount, &shared);
	*ret = r == 0 && (shared ? shared->magic : m.magic) == AUTOFS_SUPER_MAGIC;
	return *ret ? is_asked_for(view, path, file_id, shared ? shared : &m, ret) : r;
}
