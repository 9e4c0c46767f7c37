/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/ground.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/side.h"

/* -EREMOTE: an automount is there, which is not triggered. */
static int find(const char *target, struct file_id *ret)
{
	scoped_mem char *path = strdup(target);
	int r = path ? -ENOENT : -ENOMEM;

	while (r == -ENOENT && path_to_parent(path)) {
		scoped_fd int fd = sys_open(path);

		r = fd < 0 ? fd : sys_stat(fd, ret);
	}
	return r;
}

int ground_be(const struct mount *m, struct ground *ret)
{
	ret->mount = m->id;
	ret->point = strdup(m->point);
	ret->is_read_only = mount_is_read_only(m);
	return ret->point ? 0 : -ENOMEM;
}

static int look(const struct view *view, const struct want *want, struct ground *ret)
{
	struct file_id file_id = {0};
	struct mount m = {0};
	int r = find(want->target, &file_id);

	/* Which automount mounts what there is not known before it is triggered. */
	if (r == -EREMOTE)
		return 0;
	if (r == 0)
		r = sys_mount(file_id.mount, true, &m);
	if (r == 0)
		ret->mount = m.id;
	if (r == 0 && !view_has_taken(view, &m)) {
		r = ground_be(&m, ret);
		ret->is_deleted = file_id.is_mount_root && mount_is_deleted(&m);
	}
	mount_done(&m);
	/* A mount that is not seen from our root directory tells nothing. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

int ground_look(const struct view *view, const struct want *want, struct have *have,
		struct error *err)
{
	int r = look(view, want, &have->ground);

	if (r == -ENOMEM)
		return error_no_memory(err);
	return r < 0 ? refuse_target(want->target, -r, err) : 0;
}
