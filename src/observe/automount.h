/* SPDX-License-Identifier: Apache-2.0 */
/* Automounts in the way, and at the target itself. Triggers none. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "kernel/mount_query.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * Whether at the path, which is open and known by `file_id`, an automount waits for somebody
 * to step on it, so that what is seen there is not what will be. 0 or -errno.
 */
MUST_CHECK int automount_waits(const struct view *view, const char *path,
			       const struct file_id *file_id, bool *ret);

/*
 * True for an automount in a read-only tree, as in a recursive bind that was made of a tree
 * with one: it mounts nothing there, and is no more than a place for a target.
 */
bool automount_is_copy(const struct file_id *file_id);

/*
 * Fill in who looks after the automount at the target, where there is one: have->on. systemd
 * is asked only for what shall be gone, and where a line of fstab has it mount the bind.
 * 0 or -ENOMEM.
 */
MUST_CHECK int automount_find_unit(const struct view *view, const struct want *want,
				   struct have *have);

/*
 * Set have->automount to one that the new mount would show, once the source and the mounts
 * below it are known. 0 or -ENOMEM.
 */
MUST_CHECK int automount_find_in_source(const struct view *view, const struct want *want,
					struct have *have);
