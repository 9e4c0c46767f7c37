/* What looking at one bind shares with looking at the others of a run. */
#pragma once

#include <stdbool.h>

#include "fstab/snapshot.h"
#include "observe/mount_cache.h"
#include "request/request.h"

/* All borrowed. */
struct view {
	struct mounts *mounts;
	const struct request *req;
	const struct fstab_snapshot *snapshot; /* NULL: fstab is not looked at */
};

/* True when a bind shall be there at this path: by the request, or by a line of robind's. */
bool view_has_target(const struct view *view, const char *path);

/*
 * In check mode: the bind at this mount point that a run would have done by the time that
 * it is the turn of `want`, or NULL. Borrowed from the request.
 */
const struct want *view_earlier(const struct view *view, const struct want *want,
				const char *point);
