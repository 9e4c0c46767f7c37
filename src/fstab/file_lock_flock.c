/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock of libmount from 2.39 on, flock(2) on a file: see file_lock.c.
 *
 * libmount leaves the file, until 2.40 readable for all, and so anybody can lock it. We make it
 * for us alone, and take it away when nobody else has it open.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/wait.h"
#include "fstab/file_private.h"
#include "kernel/flock_holders.h"

#define MODE 0600

static bool is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_mode & 07777) == MODE && st->st_size == 0 &&
	       st->st_uid == geteuid();
}

/*
 * Whether those who hold the lock are known, and none of them could write the file: who can
 * only read it has no say here.
 */
static bool is_held_by_readers(int fd, pid_t *ret_holder)
{
	struct flock_holders holders = {0};
	struct stat st;

	*ret_holder = 0;
	if (fstat(fd, &st) < 0 || sys_flock_holders(fd, &holders) < 0)
		return false;
	*ret_holder = holders.entitled;
	return (st.st_mode & 077) != 0 && holders.entitled == 0 && holders.others;
}

/* One try, on the file that is there now: 0, -EAGAIN or another -errno. */
static int try(const char *file, int *ret_fd)
{
	int fd = open(file,
		      O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
		      MODE);
	struct stat st;

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return 0;
}

int fstab_lock_take_flock(const char *path, const struct fstab_wait *wait, char **ret_file,
			  int *ret_fd)
{
	scoped_mem char *file = NULL;

	if (asprintf(&file, "%s.lock", path) < 0) {
		file = NULL;
		return fstab_file_fail(wait->fault, FSTAB_FILE_LOCK, path, ENOMEM);
	}
	for (;;) {
		scoped_fd int fd = -1;
		int r = try(file, &fd);

		if (r == 0 && fstab_file_is_at(fd, file)) {
			*ret_fd = steal_fd(&fd);
			*ret_file = STEAL(file);
			return 0;
		}
		if (r == 0) /* it was taken away before we had it */
			continue;
		if (r != -EAGAIN) {
			fstab_lock_drop_flock(fd, file); /* it may be there by us */
			return fstab_file_fail(wait->fault, FSTAB_FILE_LOCK, file, -r);
		}
		if (is_held_by_readers(fd, &wait->fault->holder) &&
		    (!fstab_file_is_at(fd, file) || unlink(file) == 0))
			continue;
		if (!wait_moment(wait->deadline))
			return fstab_file_fail(wait->fault, FSTAB_FILE_LOCK, path,
					       ETIMEDOUT);
	}
}

/*
 * A lease is had only where nobody else has the file open, and whoever opens it then waits
 * until it ends: so nobody gets a lock on a file that has no name any more.
 */
void fstab_lock_drop_flock(int fd, const char *file)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !is_ours(&st) || !fstab_file_is_at(fd, file))
		return;
	/* Who waits is told of by a signal; one that ends nobody. */
	if (fcntl(fd, F_SETSIG, SIGURG) < 0 || fcntl(fd, F_SETLEASE, F_WRLCK) < 0)
		return;
	(void)unlink(file);
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);
}

bool fstab_lock_has_flock_file(const char *path)
{
	scoped_mem char *file = NULL;
	struct stat st;

	if (asprintf(&file, "%s.lock", path) < 0) {
		file = NULL;
		return false;
	}
	return lstat(file, &st) == 0 && is_ours(&st);
}
