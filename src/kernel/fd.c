/* What an open descriptor tells of itself. */
#include "kernel/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/features.h"
#include "kernel/syscalls.h"

struct fd_path sys_fd_path(int fd)
{
	struct fd_path path;

	(void)snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

/* The number after `key` in what /proc tells of the descriptor (3.15). */
int sys_fd_info(int fd, const char *key, uint64_t *ret)
{
	char path[40];
	char text[512];
	const char *at = NULL;
	ssize_t n = 0;
	scoped_fd int info = -1;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -errno;
	n = read(info, text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	at = strstr(text, key);
	if (!at)
		return -ENOSYS;
	*ret = strtoull(at + strlen(key), NULL, 10);
	return 0;
}

int sys_mount_id(int fd, uint64_t *ret)
{
	struct shim_statx buf = {0};

	if (!features_found()->mount_id)
		return sys_fd_info(fd, "mnt_id:", ret);
	if (shim_statx(fd, "", AT_EMPTY_PATH | SHIM_AT_DONT_SYNC | AT_NO_AUTOMOUNT,
		       features_found()->mount_id, &buf) < 0)
		return -errno;
	*ret = buf.mnt_id;
	return 0;
}
