/* What looking at one bind shares with looking at the others of a run. */
#pragma once

#include "fstab/snapshot.h"
#include "observe/mount_cache.h"
#include "request/request.h"

/* All borrowed. */
struct view {
	struct mounts *mounts;
	const struct request *req;
	const struct fstab_snapshot *snapshot; /* NULL: fstab is not looked at */
};
