/* What an open descriptor tells of itself. Results are 0 or -errno. */
#pragma once

#include <stdint.h>

#include "base/macro.h"

/* "/proc/self/fd/N": the one path that leads to the very thing a descriptor pins. */
struct fd_path {
	char text[32];
};
struct fd_path sys_fd_path(int fd);

/*
 * The number after `key`, which ends in a colon, in /proc/self/fdinfo (3.15). 0, -ENOSYS
 * where there is no such key, or another -errno.
 */
MUST_CHECK int sys_fd_info(int fd, const char *key, uint64_t *ret);

/* The id of the mount that a descriptor lies on; asks for nothing else. */
MUST_CHECK int sys_mount_id(int fd, uint64_t *ret);
