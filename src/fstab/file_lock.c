/*
 * Two locks.
 *
 * libmount's, by name, so that other users of libmount wait for us and we for them. Before
 * 2.39 it is FILE~, there as long as it is held, with a POSIX lock on it by which others
 * wait. Ours is linked into place when it has its content, "robind PID", and its lock
 * already: with that content and without a lock it is a dead one. From 2.39 on it is
 * flock(2) on FILE.lock, which stays.
 *
 * Ours, on the file itself, which needs no name and leaves nothing. It also holds where
 * FILE~ is no lock, but what an editor left behind.
 *
 * Locks by fcntl(2) are OFD locks: they belong to the descriptor, and meet POSIX locks.
 */
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fstab/file_private.h"

/* From libmount 2.39 on. */
static int take_new(const char *path, const struct fstab_wait *wait, int *ret_fd)
{
	scoped_mem char *file = NULL;
	scoped_fd int fd = -1;

	if (asprintf(&file, "%s.lock", path) < 0) {
		file = NULL;
		return -ENOMEM;
	}
	fd = open(file, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (!fstab_wait(wait))
			return -ETIMEDOUT;
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

bool fstab_lock_is_new(const char *version)
{
	char *end = NULL;
	unsigned long major = strtoul(version, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major > 2 || (major == 2 && minor >= 39);
}

static int take_libmount(const char *path, const struct fstab_wait *wait, char **ret_file,
			 int *ret_fd)
{
	const char *version = "";

	(void)mnt_get_library_version(&version);
	if (fstab_lock_is_new(version))
		return take_new(path, wait, ret_fd);
	return fstab_lock_take_file(path, wait, ret_file, ret_fd);
}

/* The file is another one after each write. A missing or unwritable one has no lock. */
static int take_ours(const char *path, const struct fstab_wait *wait, int *ret_fd)
{
	for (;;) {
		scoped_fd int fd =
			open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
		struct stat st;
		int r = 0;

		if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
			return 0;
		r = fstab_lock_fd(fd);
		if (r == 0 && fstab_file_is_at(fd, path)) {
			*ret_fd = steal_fd(&fd);
			return 0;
		}
		if (r < 0 && r != -EAGAIN)
			return 0;
		if (r < 0 && !fstab_wait(wait))
			return -ETIMEDOUT;
	}
}

/* By the name that others know as well, where locks can be made beside it at all. */
static int take_given(const char *path, const char *real, const struct fstab_wait *wait,
		      struct fstab_lock *lock)
{
	int r = strcmp(path, real) == 0
			? 0
			: take_libmount(path, wait, &lock->files[0], &lock->fds[0]);

	return r == -EROFS || r == -EACCES || r == -EPERM ? 0 : r;
}

int fstab_lock(const char *path, double deadline, struct fstab_lock *ret,
	       struct fstab_file_error *fault)
{
	const struct fstab_wait wait = {.deadline = deadline, .fault = fault};
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	scoped_mem char *real = NULL;
	int r = fstab_file_find(path, &real, fault);

	if (r < 0)
		return r;
	fault->holder = 0;
	r = take_given(path, real, &wait, &lock);
	if (r == 0)
		r = take_libmount(real, &wait, &lock.files[1], &lock.fds[1]);
	if (r == 0)
		r = take_ours(real, &wait, &lock.fds[2]);
	if (r < 0) {
		fstab_unlock(&lock);
		return fstab_file_fail(fault, FSTAB_FILE_LOCK, real, -r);
	}
	fstab_file_remove_beside(real);
	if (strcmp(path, real) != 0)
		fstab_file_remove_beside(path);
	*ret = lock;
	return 0;
}

/* Not by closing alone: a child may have a copy of the descriptor, and so of the lock. */
static void release(int fd)
{
	struct flock none = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	(void)fcntl(fd, F_OFD_SETLK, &none);
	(void)flock(fd, LOCK_UN);
	(void)close(fd);
}

void fstab_unlock(struct fstab_lock *lock)
{
	for (size_t i = 0; i < ARRAY_LEN(lock->files); i++) {
		if (lock->files[i] && fstab_file_is_at(lock->fds[i], lock->files[i]))
			(void)unlink(lock->files[i]);
		free(STEAL(lock->files[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(lock->fds); i++) {
		if (lock->fds[i] >= 0)
			release(lock->fds[i]);
		lock->fds[i] = -1;
	}
}

void fstab_sweep(const char *path)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	scoped_mem char *real = NULL;

	if (fstab_file_find(path, &real, &fault) < 0)
		return;
	if (!fstab_file_has_beside(real) && !fstab_file_has_beside(path) &&
	    !fstab_lock_has_dead_file(real) && !fstab_lock_has_dead_file(path))
		return;
	if (fstab_lock(path, clock_now(), &lock, &fault) == 0)
		fstab_unlock(&lock);
}
