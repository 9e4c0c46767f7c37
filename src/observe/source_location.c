/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/source_location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* The nearest parent of a source that does not exist; an automount on the way counts so. */
static int find_parent(const char *source, struct file_id *ret)
{
	scoped_mem char *path = strdup(source);

	if (!path)
		return -ENOMEM;
	while (path_to_parent(path)) {
		scoped_fd int fd = sys_open(path);

		if (fd >= 0)
			return sys_stat_mount(fd, ret);
		if (fd != -ENOENT && fd != -ENOTDIR && fd != -EREMOTE)
			return fd;
	}
	return -ENOENT;
}

static int add_covered(struct source_location *location, struct fs_location *fs)
{
	if (ARRAY_RESERVE(location->covered, location->n_covered, 1) < 0)
		return -ENOMEM;
	location->covered[location->n_covered++] = *fs;
	*fs = (struct fs_location){0};
	return 0;
}

/*
 * The mounts that carry the one that the source lies on hang one below the other, each over
 * the path, up to the root.
 */
static int find_covered(struct mounts *mounts, const char *source, const struct mount *m,
			struct source_location *location)
{
	int r = 0;

	while (r == 0 && m->parent != m->id) {
		struct fs_location fs = {0};

		r = mounts_shared(mounts, m->parent, &m);
		if (r == 0)
			r = fs_location_find(m, source, &fs);
		if (r < 0 || !fs.root)
			break;
		/* A mount of the source on itself hides nothing. */
		if (fs.superblock != location->at.superblock ||
		    strcmp(fs.root, location->at.root) != 0)
			r = add_covered(location, &fs);
		fs_location_done(&fs);
	}
	/* Beyond our root directory nothing is seen, and nothing of it is ours. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

int source_location_find(struct mounts *mounts, const char *source,
			 const struct file_id *there, struct source_location *ret)
{
	struct source_location location = {0};
	struct file_id file_id = {0};
	const struct mount *m = NULL;
	int r = 0;

	if (there)
		file_id = *there;
	else
		r = find_parent(source, &file_id);
	if (r == 0)
		r = mounts_shared(mounts, file_id.mount, &m);
	if (r == 0)
		r = fs_location_find(m, source, &location.at);
	location.mount = file_id.mount;
	location.point_length = r == 0 && m->point ? strlen(m->point) : 0;
	if (r == 0 && location.at.root)
		r = find_covered(mounts, source, m, &location);
	if (r < 0) {
		source_location_done(&location);
		return r;
	}
	*ret = location;
	return 0;
}

void source_location_done(struct source_location *location)
{
	fs_location_done(&location->at);
	for (size_t i = 0; i < location->n_covered; i++)
		fs_location_done(&location->covered[i]);
	free(location->covered);
	*location = (struct source_location){0};
}
