/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/live_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "kernel/read.h"

#define SIZE_MOST ((size_t)64 << 20)

static int fill(int fd, const char *bytes, size_t n, bool is_locked)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	(void)fchmod(fd, 0644); /* for all to read, whatever our mask */
	if (is_locked && fcntl(fd, F_SETLK, &lock) < 0)
		return -errno;
	for (size_t done = 0; done < n;) {
		ssize_t r = write(fd, bytes + done, n - done);

		if (r < 0 && errno != EINTR)
			return -errno;
		done += r > 0 ? (size_t)r : 0;
	}
	return 0;
}

int sys_leave(const char *path, const char *bytes, size_t n, int *fd)
{
	scoped_strbuf temporary = {0};
	scoped_fd int left = -1;
	const char *name = NULL;
	int r = 0;

	strbuf_addf(&temporary, "%s.%ld.new", path, (long)getpid());
	name = strbuf_text(&temporary);
	if (!name)
		return -ENOMEM;
	(void)unlink(name); /* of a dead one with our number */
	left = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (left < 0)
		return -errno;
	r = fill(left, bytes, n, fd != NULL);
	if (r == 0 && rename(name, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(name);
		return r;
	}
	if (!fd)
		return 0;
	if (*fd >= 0)
		(void)close(*fd);
	*fd = steal_fd(&left);
	return 0;
}

void sys_take_back(const char *path, int *fd)
{
	struct stat ours;
	struct stat there;

	if (*fd < 0)
		return;
	if (fstat(*fd, &ours) == 0 && lstat(path, &there) == 0 &&
	    ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
		(void)unlink(path);
	(void)close(*fd);
	*fd = -1;
}

/* Whether nobody else can have written it. */
static bool is_trusted(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_mode & 022) == 0 &&
	       (st->st_uid == 0 || st->st_uid == geteuid());
}

int sys_read_left(const char *path, char **ret, size_t *ret_size, struct timespec *ret_time)
{
	scoped_fd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || fcntl(fd, F_GETLK, &lock) < 0)
		return -errno;
	if (!is_trusted(&st))
		return -EPERM;
	if (lock.l_type == F_UNLCK)
		return -ESRCH;
	*ret_time = st.st_mtim;
	return sys_read_all(fd, SIZE_MOST, ret, ret_size);
}
