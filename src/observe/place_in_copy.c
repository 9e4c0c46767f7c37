/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/place_in_copy.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/path_open.h"

int copy_without_mounts(int dir)
{
	return sys_copies_are_detached() ? sys_clone(dir, false) : -ENOSYS;
}

static int open_and_look(int fd, struct file_id *ret)
{
	scoped_fd int place = fd;
	int r = place < 0 ? place : sys_stat(place, ret);

	return r < 0 ? r : steal_fd(&place);
}

int open_on_mount(const char *path, uint64_t mount, struct file_id *ret)
{
	scoped_fd int dir = open_and_look(sys_open(path), ret);

	if (dir < 0)
		return dir;
	return ret->mount == mount ? steal_fd(&dir) : -ENOENT;
}

/* In a copy of what `dir` shows; of the copy nothing can be asked, so it counts as what it is of. */
static int look_in(int tree, const char *rest, int dir, struct file_id *ret)
{
	struct file_id file_id = {0};
	scoped_fd int place =
		open_and_look(sys_open_within(tree, rest, sys_is_local(dir)), ret);
	int r = place < 0 ? place : sys_stat(dir, &file_id);

	if (r < 0)
		return r;
	ret->mount = file_id.mount;
	return steal_fd(&place);
}

/* Below a mount that the copy comes without; or on it, where its point is as it is. */
static int look_below_mounts(int source, const char *rest, int by_name, struct file_id *ret)
{
	scoped_fd int tree = copy_without_mounts(source);

	if (tree >= 0)
		return look_in(tree, rest, source, ret);
	return by_name >= 0 && !ret->is_mount_root ? -ENOENT : by_name;
}

int place_in_copy(const struct want *bind, const char *rest, struct file_id *ret)
{
	scoped_mem char *path = path_join(bind->source, rest);
	scoped_fd int place = path ? open_and_look(sys_open(path), ret) : -ENOMEM;
	scoped_fd int source = -1;
	struct file_id file_id = {0};
	int r = 0;

	if (bind->recursive || want_is_self(bind) ||
	    (place < 0 && !path_leads_nowhere(place)))
		return place < 0 ? place : steal_fd(&place);
	source = open_and_look(sys_open(bind->source), &file_id);
	if (source < 0 || (place >= 0 && ret->mount == file_id.mount))
		return place < 0 ? place : steal_fd(&place);
	r = look_below_mounts(source, rest, place, ret);
	if (r == place)
		place = -1;
	return r;
}

int place_beneath(const struct want *bind, const char *rest, struct file_id *ret)
{
	scoped_mem char *path = path_join(bind->source, rest);
	scoped_mem char *parent = path ? strdup(path) : NULL;
	scoped_fd int dir = -1;
	scoped_fd int tree = -1;

	if (!parent)
		return -ENOMEM;
	if (!path_to_parent(parent))
		return -ENOENT;
	dir = sys_open(parent);
	tree = dir < 0 ? dir : copy_without_mounts(dir);
	return tree < 0 ? tree : look_in(tree, path_rest(path, parent), dir, ret);
}
