/* SPDX-License-Identifier: Apache-2.0 */
/* Check mode: what a path leads to once the request has taken a mount off it. */
#pragma once

#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * Look at the place below the mounts that a run would have taken away by now: *ret, which is
 * {.fd = -1}, is what is there then, and stays so where nothing is; *carrier is the mount
 * that it lies on, or would be made on. Where a mount was hidden at the very place, it is
 * the root of that, and the numbers of the file are those of what lies below it. Returns 1;
 * or 0 where nothing is taken from above the path, or it cannot be told, because other
 * mounts lie in between, the file system may not answer, or a copy to look in cannot be made
 * (before 5.2, or without the right): then what is there now has to do. -ENOTDIR or
 * -ELOOP when the path will lead through a file or a symlink, -ENOMEM when there is no memory.
 */
MUST_CHECK int uncovered_look(const struct view *view, const char *path,
			      struct pinned_path *ret, uint64_t *carrier);
