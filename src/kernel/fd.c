/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

struct fd_path sys_fd_path(int fd)
{
	struct fd_path path;

	(void)snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

/* The number that follows `key` at the start of a line; ULLONG_MAX when it is not there. */
static unsigned long long number_of(const char *text, const char *key, int base)
{
	const char *at = strstr(text, key);

	while (at && at != text && at[-1] != '\n')
		at = strstr(at + 1, key);
	return at ? strtoull(at + strlen(key), NULL, base) : ULLONG_MAX;
}

int sys_read_fdinfo(int dir, const char *name, struct fd_info *ret)
{
	char text[256]; /* what we want to know stands at the start */
	scoped_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long long flags = 0;
	unsigned long long mount = 0;

	if (n < 0)
		return -errno;
	text[n] = '\0';
	flags = number_of(text, "flags:", 8);
	mount = number_of(text, "mnt_id:", 10);
	if (flags == ULLONG_MAX || mount == ULLONG_MAX)
		return -EINVAL;
	*ret = (struct fd_info){(unsigned)flags, mount};
	return 0;
}

int sys_fd_info(int fd, struct fd_info *ret)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return sys_read_fdinfo(AT_FDCWD, path, ret);
}
