#include "holders/bind_location.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

#define COVERED_MAX 16u

bool fs_location_is_shown(const struct fs_location *fs, const struct mount *m)
{
	return fs->root && fs->superblock == m->superblock &&
	       strcmp(fs->root, m->root) == 0;
}

/* Where `path`, which is on the mount m or would be, lies in its file system. */
static int set_fs_location(const struct mount *m, const char *path, struct fs_location *ret)
{
	const char *rest = path_rest(path, m->point);

	if (!rest)
		return 0; /* seen from another root directory */
	ret->superblock = m->superblock;
	ret->root = path_join(m->root, rest);
	return ret->root ? 0 : -1;
}

/* The mounts that are hidden below the one that the source lies on, one after the other. */
static int look_below_source(struct mounts *mounts, uint64_t id,
			     struct bind_location *location)
{
	const struct fs_location *from = &location->from;
	const struct mount *m = NULL;

	location->covered = calloc(COVERED_MAX, sizeof(*location->covered));
	if (!location->covered)
		return -1;
	while (location->n_covered < COVERED_MAX && mounts_shared(mounts, id, &m) == 0 &&
	       m->parent != id) {
		struct fs_location *fs = &location->covered[location->n_covered];

		id = m->parent;
		if (mounts_shared(mounts, id, &m) < 0)
			break;
		if (set_fs_location(m, location->source, fs) < 0)
			return -1;
		if (!fs->root)
			break;
		/* A mount of the source on itself hides nothing. */
		if (fs->superblock == from->superblock && strcmp(fs->root, from->root) == 0)
			free(STEAL(fs->root));
		else
			location->n_covered++;
	}
	return 0;
}

static int look_at_source(struct mounts *mounts, struct bind_location *location)
{
	scoped_mem char *path = strdup(location->source);
	scoped_fd int fd = path ? sys_open(path) : -1;
	const struct mount *m = NULL;
	struct file_id file_id = {0};

	if (!path)
		return -1;
	if (fd >= 0 && sys_stat(fd, &file_id) == 0) {
		location->dev = file_id.dev;
		location->ino = file_id.ino;
	}
	/* Gone, or not there yet: its nearest parent says where it would lie. */
	while (file_id.mount == 0 && path[1] != '\0') {
		scoped_fd int above = -1;

		path[strrchr(path, '/') == path ? 1 : strrchr(path, '/') - path] = '\0';
		above = sys_open(path);
		if (above >= 0 && sys_stat(above, &file_id) < 0)
			return 0;
	}
	if (file_id.mount == 0 || mounts_shared(mounts, file_id.mount, &m) < 0)
		return 0;
	if (set_fs_location(m, location->source, &location->from) < 0)
		return -1;
	return location->from.root ? look_below_source(mounts, file_id.mount, location) : 0;
}

/* The place below all that is stacked at the target, from the mount `id` on. */
static int look_below_target(struct mounts *mounts, uint64_t id,
			     struct bind_location *location)
{
	const struct mount *m = NULL;

	while (mounts_shared(mounts, id, &m) == 0) {
		if (strcmp(m->point, location->target) != 0)
			return set_fs_location(m, location->target, &location->place);
		if (m->parent == id)
			break;
		id = m->parent;
	}
	return 0;
}

static int look_at_target(struct mounts *mounts, struct bind_location *location)
{
	scoped_fd int fd = sys_open(location->target);
	struct mount top = {0};
	struct file_id file_id = {0};
	uint64_t id = 0;
	int r = 0;

	if (fd < 0 || sys_stat(fd, &file_id) < 0)
		return 0;
	id = file_id.mount;
	if (file_id.is_mount_root && sys_mount(id, true, &top) == 0) {
		r = set_fs_location(&top, location->target, &location->top);
		id = top.parent;
	}
	mount_done(&top);
	return r < 0 ? r : look_below_target(mounts, id, location);
}

int bind_location_look(struct mounts *mounts, const struct want *want, size_t bind,
		       struct bind_location *ret)
{
	struct bind_location location = {.bind = bind};
	int r = 0;

	location.target = strdup(want->target);
	location.source = want->source ? strdup(want->source) : NULL;
	if (!location.target || (want->source && !location.source))
		r = -1;
	if (r == 0 && location.source)
		r = look_at_source(mounts, &location);
	if (r == 0)
		r = look_at_target(mounts, &location);
	if (r < 0)
		bind_location_done(&location);
	else
		*ret = location;
	return r;
}

void bind_location_done(struct bind_location *location)
{
	for (size_t i = 0; location->covered && i < COVERED_MAX; i++)
		free(location->covered[i].root);
	free(location->covered);
	free(location->source);
	free(location->target);
	free(location->from.root);
	free(location->top.root);
	free(location->place.root);
	*location = (struct bind_location){0};
}
