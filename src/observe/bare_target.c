/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/bare_target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"
#include "mount/fs_kind.h"
#include "mount/fs_location.h"
#include "observe/place_in_copy.h"
#include "observe/side.h"

/* Where the path would lead to if its last component were no symlink. 0 or -errno. */
static int resolve_parent(const char *path, char **ret)
{
	scoped_mem char *parent = strdup(path);
	scoped_mem char *real = NULL;
	int r = parent ? 0 : -ENOMEM;

	if (r == 0 && path_to_parent(parent))
		r = sys_resolve(parent, &real);
	if (r < 0)
		return r;
	*ret = path_join(real, strrchr(path, '/') + 1);
	return *ret ? 0 : -ENOMEM;
}

static int look_for_link(const struct want *want, bool *ret)
{
	scoped_mem char *plain = NULL;
	int r = want->asked && want->asked->target
			? resolve_parent(want->asked->target, &plain)
			: 0;

	*ret = plain && strcmp(plain, want->target) != 0;
	return r;
}

/* Mounts are there that shall go. */
static bool is_hidden(const struct have *have)
{
	return have->n_layers > 0 || have->on.may_stop;
}

/* What lies at the target in the mount that carries the lowest one there. Or -errno. */
static int open_beneath(const struct want *want, const struct have *have)
{
	scoped_mem char *parent = strdup(want->target);
	scoped_fd int dir = -1;
	scoped_fd int tree = -1;
	struct file_id unread = {0};

	if (!parent)
		return -ENOMEM;
	if (path_to_parent(parent))
		dir = open_on_mount(parent, have_floor(have), &unread);
	if (dir < 0)
		return dir;
	tree = copy_without_mounts(dir);
	return tree < 0 ? tree
			: sys_open_within(tree, strrchr(want->target, '/') + 1, true);
}

static int look_at(const struct view *view, const struct want *want, int fd, bool is_local,
		   struct have *have)
{
	struct bare_target *bare = &have->bare;
	const struct turn *turn = view_turn(view, want);
	struct file_id file_id = {0};
	int r = sys_stat(fd, &file_id);

	if (r < 0)
		return r;
	bare->is_special = !S_ISDIR(file_id.mode) && !S_ISREG(file_id.mode);
	bare->is_read_only |= is_local && sys_is_read_only(fd);
	r = is_hidden(have) ? sys_content(fd, NULL, 0, &bare->content)
			    : sys_content(fd, want->target, turn ? turn->n_removed : 0,
					  &bare->content);
	/* Who removes it finds out. */
	return r == -ENOMEM || r == -ETIMEDOUT ? r : 0;
}

/* Does the lowest mount show what lies beneath it? */
static int look_at_lowest(const struct want *want, struct have *have,
			  const struct mount *base)
{
	const struct mount *lowest = &have->layers[have->n_layers - 1].mount;
	struct fs_location place = {0};
	struct mount m = {0};
	int r = fs_location_find(base, want->target, &place);

	if (r == 0)
		r = sys_mount(lowest->id, true, &m);
	if (r == 0)
		have->bare.is_own_place = fs_location_is_shown(&place, &m);
	fs_location_done(&place);
	mount_done(&m);
	return r;
}

static int look_beneath(const struct view *view, const struct want *want,
			const struct mount *base, struct have *have)
{
	scoped_fd int fd = -1;
	int r = base->point && have->n_layers > 0 ? look_at_lowest(want, have, base) : 0;

	/* Who answers for another file system can be asked by a path alone, and there is none. */
	if (r < 0 || !fs_is_local(base->magic))
		return r;
	fd = open_beneath(want, have);
	r = fd < 0 ? fd : look_at(view, want, fd, true, have);
	return r == -ENOMEM ? r : 0;
}

static int look(const struct view *view, const struct want *want, struct have *have)
{
	struct mount base = {0};
	int r = look_for_link(want, &have->bare.is_linked);

	have->bare.is_mount = !have->on.may_stop &&
			      (have->n_layers > 0 ? have->is_base_here
						  : have->target.file_id.is_mount_root);
	if (r < 0 || have->bare.is_mount)
		return r;
	r = sys_mount(is_hidden(have) ? have_floor(have) : have->target.file_id.mount, true,
		      &base);
	/* One that is not seen from our root directory tells nothing. */
	if (r < 0 && r != -ENOENT && r != -EPERM)
		return r;
	have->bare.is_read_only = mount_is_read_only(&base);
	r = is_hidden(have)
		    ? look_beneath(view, want, &base, have)
		    : look_at(view, want, have->target.fd, fs_is_local(base.magic), have);
	mount_done(&base);
	return r;
}

int bare_target_look(const struct view *view, const struct want *want, struct have *have,
		     struct error *err)
{
	int r = look(view, want, have);

	if (r == -ENOMEM)
		return error_no_memory(err);
	return r < 0 ? refuse_target(want->target, -r, err) : 0;
}
