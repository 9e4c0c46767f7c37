/* Automounts in the way, and at the target itself. Triggers none. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "kernel/mount_query.h"
#include "observe/view.h"

/*
 * Whether at the path, which is open and known by `file_id`, an automount waits for somebody
 * to step on it, so that what is seen there is not what will be. 0 or -errno.
 */
MUST_CHECK int automount_waits(const struct view *view, const char *path,
			       const struct file_id *file_id, bool *ret);
