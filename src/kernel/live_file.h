/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that a process leaves for others, and that counts only while that process lives: it
 * holds a lock on it, which goes with it, however it ends. A lock of fcntl(2), because what it
 * forks does not inherit that.
 */
#pragma once

#include <stddef.h>
#include <time.h>

#include "base/macro.h"

/*
 * Put a file with these bytes at `path`, in the place of the one that *fd is (-1: of none, or
 * of another process's): others read the one or the other. *fd is then the new one, to be kept
 * open. With `fd` NULL it counts for all times, and is not locked. Returns 0 or -errno: then both
 * are as they were.
 */
MUST_CHECK int sys_leave(const char *path, const char *bytes, size_t n, int *fd);

/* Take it back, unless somebody else has put his there; *fd is -1 then. Safe on -1. */
void sys_take_back(const char *path, int *fd);

/*
 * Read what a process that lives has left at `path`; only root's or our own file counts. *ret is
 * allocated, with a zero byte behind it, and *ret_time is when it was left. Returns 0 or -errno;
 * -ESRCH: whoever left it lives no more.
 */
MUST_CHECK int sys_read_left(const char *path, char **ret, size_t *ret_size,
			     struct timespec *ret_time);
