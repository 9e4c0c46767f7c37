/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc tells of an open descriptor. Results are 0 or -errno. */
#pragma once

#include <stdint.h>

#include "base/macro.h"

/* "/proc/self/fd/N": the one path that leads to the very thing a descriptor pins. */
struct fd_path {
	char text[32];
};
struct fd_path sys_fd_path(int fd);

/* Of an fdinfo file: how it was opened, and mountinfo's id of the mount that it lies on. */
struct fd_info {
	unsigned flags;
	uint64_t mount;
};

/*
 * Read the fdinfo file `name` in the directory `dir`. It asks the file system of what is
 * open nothing. -EINVAL: there is no mount in it (before 3.15).
 */
MUST_CHECK int sys_read_fdinfo(int dir, const char *name, struct fd_info *ret);

/* That of a descriptor of ours. */
MUST_CHECK int sys_fd_info(int fd, struct fd_info *ret);
