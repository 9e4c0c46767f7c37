/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/hidden.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"
#include "mount/fs_kind.h"

/* The size alone tells: of a file, and of a directory on some file systems. */
static bool is_known_empty(struct mounts *mounts, const struct have *have)
{
	const struct file_id *target = &have->target.file_id;
	const struct mount *m = NULL;

	if (have->is_uncovered || target->failure ||
	    mounts_shared(mounts, target->mount, &m) < 0 || !fs_is_local(m->magic))
		return false;
	return S_ISDIR(target->mode) ? fs_is_size_of_empty(m->magic, target->size)
				     : target->size == 0;
}

int hidden_look(struct mounts *mounts, const char *target, const struct have *have,
		char **ret)
{
	const struct pinned_path *place = &have->target;
	const char *path = place->is_to_come ? place->seen_at : target;
	scoped_fd int opened = -1;
	bool is_local = false;
	int fd = place->fd;

	if (is_known_empty(mounts, have))
		return 0;
	is_local = have->is_uncovered || sys_is_local_mount(place->file_id.mount);
	/* Of what may not answer only a path is looked at, within the deadline. */
	if (!is_local && !path)
		return 0;
	if (fd == PINNED_BY_NAME) {
		opened = sys_open(target);
		fd = opened;
	}
	return sys_content(fd, is_local ? NULL : path, 0, ret);
}
