/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/bind_location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* Also where there is no memory to look: holders that are not found are not told of. */
static void look_at_source(struct mounts *mounts, struct bind_location *location)
{
	scoped_fd int fd = sys_open(location->source);
	struct file_id file_id = {0};
	bool is_there = fd >= 0 && sys_stat(fd, &file_id) == 0;

	if (is_there) {
		location->dev = file_id.dev;
		location->ino = file_id.ino;
	}
	(void)!source_location_find(mounts, location->source, is_there ? &file_id : NULL,
				    &location->from);
}

/* The place below all that is stacked at the target, from the mount `id` on. */
static int look_below_target(struct mounts *mounts, uint64_t id,
			     struct bind_location *location)
{
	const struct mount *m = NULL;

	while (mounts_shared(mounts, id, &m) == 0) {
		if (strcmp(m->point, location->target) != 0)
			return fs_location_find(m, location->target, &location->place);
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
		r = fs_location_find(&top, location->target, &location->top);
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
		look_at_source(mounts, &location);
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
	free(location->source);
	free(location->target);
	source_location_done(&location->from);
	fs_location_done(&location->top);
	fs_location_done(&location->place);
	*location = (struct bind_location){0};
}
