/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/fs_location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"

int fs_location_find(const struct mount *m, const char *path, struct fs_location *ret)
{
	const char *rest = path_rest(path, m->point);

	*ret = (struct fs_location){.superblock = m->superblock};
	if (!rest)
		return 0;
	ret->root = path_join(m->root, rest);
	return ret->root ? 0 : -ENOMEM;
}

void fs_location_done(struct fs_location *fs)
{
	free(fs->root);
	*fs = (struct fs_location){0};
}

enum fs_view fs_location_compare(const struct fs_location *fs, const struct mount *m)
{
	size_t n = fs->root ? strlen(fs->root) : 0;

	if (!fs->root || fs->superblock != m->superblock ||
	    strncmp(m->root, fs->root, n) != 0)
		return FS_VIEW_NONE;
	if (m->root[n] == '\0')
		return FS_VIEW_SAME;
	return strcmp(m->root + n, MOUNT_ROOT_DELETED) == 0 ? FS_VIEW_DELETED
							    : FS_VIEW_NONE;
}

bool fs_location_is_shown(const struct fs_location *fs, const struct mount *m)
{
	return fs_location_compare(fs, m) == FS_VIEW_SAME;
}
