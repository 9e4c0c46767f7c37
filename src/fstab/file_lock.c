/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmount's lock, by name, so that other users of libmount wait for us and we for them; in
 * both its kinds, whichever libmount is here, for a static robind brings its own.
 *
 * Before 2.39 it is FILE~, there as long as it is held, with a POSIX lock on it by which
 * others wait. Ours is linked into place when it has its content, "robind PID", and its
 * lock already: with that content and without a lock it is a dead one.
 *
 * From 2.39 on it is flock(2) on FILE.lock. It also holds where FILE~ is no lock, but what
 * an editor left behind.
 *
 * There is none on the file itself: whoever can read it could hold that as long as he
 * likes. What others can lock by reading it alone counts for nothing here.
 *
 * Locks by fcntl(2) are OFD locks: they belong to the descriptor, and meet POSIX locks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fstab/file_private.h"

/* Both kinds by one name. */
static int take(const char *path, const struct fstab_wait *wait,
		struct fstab_lock_pair *pair)
{
	int r = fstab_lock_take_file(path, wait, &pair->file, &pair->file_fd);

	return r < 0 ? r : fstab_lock_take_flock(path, wait, &pair->flock, &pair->flock_fd);
}

/* By the name that others know as well, where locks can be made beside it at all. */
static int take_given(const char *path, const char *real, const struct fstab_wait *wait,
		      struct fstab_lock_pair *pair)
{
	int r = strcmp(path, real) == 0 ? 0 : take(path, wait, pair);

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
	r = take_given(path, real, &wait, &lock.given);
	if (r == 0)
		r = take(real, &wait, &lock.real);
	if (r < 0) {
		fstab_unlock(&lock);
		return r;
	}
	fstab_file_remove_beside(real);
	if (strcmp(path, real) != 0)
		fstab_file_remove_beside(path);
	*ret = lock;
	return 0;
}

/* Not by closing alone: a child may have a copy of the descriptor, and so of the lock. */
static void release(int *fd)
{
	struct flock none = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	if (*fd < 0)
		return;
	(void)fcntl(*fd, F_OFD_SETLK, &none);
	(void)flock(*fd, LOCK_UN);
	(void)close(*fd);
	*fd = -1;
}

static void give_back(struct fstab_lock_pair *pair)
{
	if (pair->flock)
		fstab_lock_drop_flock(pair->flock_fd, pair->flock);
	if (pair->file && fstab_file_is_at(pair->file_fd, pair->file))
		(void)unlink(pair->file);
	free(STEAL(pair->flock));
	free(STEAL(pair->file));
	release(&pair->flock_fd);
	release(&pair->file_fd);
}

void fstab_unlock(struct fstab_lock *lock)
{
	give_back(&lock->real);
	give_back(&lock->given);
}

/* Whether a killed robind left something beside the file. */
static bool has_leftovers(const char *path)
{
	return fstab_file_has_beside(path) || fstab_lock_has_dead_file(path) ||
	       fstab_lock_has_flock_file(path);
}

void fstab_sweep(const char *path)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	scoped_mem char *real = NULL;

	if (fstab_file_find(path, &real, &fault) < 0)
		return;
	if (!has_leftovers(real) && !has_leftovers(path))
		return;
	if (fstab_lock(path, clock_now(), &lock, &fault) == 0)
		fstab_unlock(&lock);
}
