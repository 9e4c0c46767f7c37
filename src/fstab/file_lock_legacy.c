/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of libmount before 2.39, a file that is there: see file_lock.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/wait.h"
#include "fstab/file_private.h"

#define CONTENT "robind "
/* Nobody waits as long for the old lock of libmount, and nobody needs as long. */
#define ABANDONED_AFTER 60

/* What is there in the place of the lock file. */
enum found {
	LOCK_FILE_NONE,
	LOCK_FILE_LIVE,
	LOCK_FILE_DEAD,    /* left by a killed robind */
	LOCK_FILE_FOREIGN, /* no lock, or one that nobody gives back: nobody can take it */
};

/*
 * An empty lock file is libmount's own, and readable for all: a lock for reading is none.
 */
static enum found look_at_empty(int fd, const struct stat *st, pid_t *ret_holder)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
		*ret_holder = lock.l_pid > 0 ? lock.l_pid : 0;
		return LOCK_FILE_LIVE;
	}
	/* Its holder may be without the lock for a moment, or for good by a race of its
	 * own. */
	return time(NULL) - st->st_ctim.tv_sec > ABANDONED_AFTER ? LOCK_FILE_FOREIGN
								 : LOCK_FILE_LIVE;
}

/* Nobody can open that for writing, and so lock it. */
static bool is_no_file(int error)
{
	return error == ELOOP || error == EISDIR || error == ENXIO || error == ENODEV ||
	       error == EPERM; /* immutable */
}

/* enum found or -errno */
static int look(const char *file, int *ret_fd, pid_t *ret_holder)
{
	scoped_fd int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[32] = "";
	struct stat st;

	*ret_holder = 0;
	if (fd < 0 && errno == ENOENT)
		return LOCK_FILE_NONE;
	if (fd < 0)
		return is_no_file(errno) ? (int)LOCK_FILE_FOREIGN : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return LOCK_FILE_FOREIGN;
	if (st.st_size == 0)
		return look_at_empty(fd, &st, ret_holder);
	if (pread(fd, text, sizeof(text) - 1, 0) < 0 ||
	    strncmp(text, CONTENT, strlen(CONTENT)) != 0)
		return LOCK_FILE_FOREIGN;
	*ret_holder = (pid_t)strtol(text + strlen(CONTENT), NULL, 10);
	if (fstab_lock_fd(fd) < 0)
		return LOCK_FILE_LIVE;
	*ret_fd = steal_fd(&fd);
	return LOCK_FILE_DEAD;
}

/* Only who holds the lock of the dead file removes it, and only while it is there. */
static void remove_dead(int fd, const char *file)
{
	if (fstab_file_is_at(fd, file))
		(void)unlink(file);
	(void)close(fd);
}

/* A file with content and lock that only needs its name. */
static int make_lock_file(const char *path, char **ret_name)
{
	char text[32];
	char *name = NULL;
	int fd = fstab_file_make_beside(path, &name);
	int n = snprintf(text, sizeof(text), CONTENT "%ld\n", (long)getpid());
	int r = fd < 0 ? fd : fstab_file_fill(fd, text, (size_t)n);

	if (r == 0)
		r = fstab_lock_fd(fd);
	if (r == 0) {
		*ret_name = name;
		return fd;
	}
	if (fd >= 0) {
		(void)unlink(name);
		(void)close(fd);
		free(name);
	}
	return r;
}

/* One try: 0 with the lock, -EEXIST, or another failure. */
static int link_lock_file(const char *path, const char *file, int *ret_fd)
{
	char *name = NULL;
	int fd = make_lock_file(path, &name);
	int r = 0;

	if (fd < 0 || !name)
		return fd;
	r = link(name, file) < 0 ? -errno : 0;
	(void)unlink(name);
	free(name);
	if (r < 0)
		(void)close(fd);
	else
		*ret_fd = fd;
	return r;
}

/* One try: 0 with the lock, -EEXIST: to be tried again, or another failure. */
static int try(const char *path, const char *file, int found, int *ret_fd)
{
	int r = found == LOCK_FILE_NONE ? link_lock_file(path, file, ret_fd) : -EEXIST;

	/* -ENOENT: our temporary lock file was removed by another robind's sweep */
	return r == -ENOENT ? -EEXIST : r;
}

int fstab_lock_take_file(const char *path, const struct fstab_wait *wait, char **ret_file,
			 int *ret_fd)
{
	struct fstab_file_error *fault = wait->fault;
	scoped_mem char *file = NULL;
	int dead = -1;

	if (asprintf(&file, "%s~", path) < 0) {
		file = NULL;
		return fstab_file_fail(fault, FSTAB_FILE_LOCK, path, ENOMEM);
	}
	for (;;) {
		int found = look(file, &dead, &fault->holder);
		int r = 0;

		if (found < 0)
			return fstab_file_fail(fault, FSTAB_FILE_LOCK, file, -found);
		if (found == LOCK_FILE_FOREIGN)
			return 0;
		r = try(path, file, found, ret_fd);
		if (r == 0)
			*ret_file = STEAL(file);
		if (r == 0)
			return 0;
		if (r != -EEXIST)
			return fstab_file_fail(fault, FSTAB_FILE_LOCK, path, -r);
		if (found == LOCK_FILE_DEAD)
			remove_dead(dead, file);
		else if (!wait_moment(wait->deadline))
			return fstab_file_fail(fault, FSTAB_FILE_LOCK, path, ETIMEDOUT);
	}
}

bool fstab_lock_has_dead_file(const char *path)
{
	scoped_mem char *file = NULL;
	scoped_fd int dead = -1;
	pid_t holder = 0;

	if (asprintf(&file, "%s~", path) < 0) {
		file = NULL;
		return false;
	}
	return look(file, &dead, &holder) == LOCK_FILE_DEAD;
}
