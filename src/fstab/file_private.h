/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of fstab_file.h share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "fstab/file.h"

/* Fill *fault and return -error. */
int fstab_file_fail(struct fstab_file_error *fault, enum fstab_file_step step,
		    const char *path, int error);

/* The real path of the file, allocated; it need not exist, but for its folder. */
MUST_CHECK int fstab_file_find(const char *path, char **ret,
			       struct fstab_file_error *fault);

/* The folder of an absolute path, with the slash at its end; allocated, NULL: no memory. */
char *fstab_file_folder(const char *path);

/*
 * Make a temporary file beside `path`, 0600; its name is allocated. A descriptor or -errno.
 */
MUST_CHECK int fstab_file_make_beside(const char *path, char **ret_name);

/* Remove all that the function above made beside `path`, or only say whether there is any. */
bool fstab_file_has_beside(const char *path);
void fstab_file_remove_beside(const char *path);

/* Write all of it. 0 or -errno. */
MUST_CHECK int fstab_file_fill(int fd, const char *text, size_t size);

/*
 * Give the file `to` the owner, mode and extended attributes (label, ACL) of `from`. 0 or
 * -errno: it has them all, or it is of no use.
 */
MUST_CHECK int fstab_file_copy_owner(int from, int to);

/* How long to wait for a lock, and where to say for whom. */
struct fstab_wait {
	double deadline; /* clock_now() */
	struct fstab_file_error *fault;
};

/* Lock an open file, by an OFD lock: 0, -EAGAIN or another -errno. */
MUST_CHECK int fstab_lock_fd(int fd);

/*
 * Whether the open file is the one that was read, and nobody wrote it or changed its owner
 * and the like since: by size and both times.
 */
bool fstab_file_is_unchanged(const struct fstab_file *file, int fd);

/* Whether the path, which is no symlink, leads to this open file. */
bool fstab_file_is_at(int fd, const char *path);

/*
 * Take libmount's lock of before 2.39, FILE~, or that of later ones, FILE.lock: *ret_file
 * is its allocated name, *ret_fd holds it. Both are left alone where nobody can have FILE~.
 * 0, or -errno with wait->fault filled.
 */
MUST_CHECK int fstab_lock_take_file(const char *path, const struct fstab_wait *wait,
				    char **ret_file, int *ret_fd);
MUST_CHECK int fstab_lock_take_flock(const char *path, const struct fstab_wait *wait,
				     char **ret_file, int *ret_fd);

/* Take away the file of the second, which is held, unless somebody else needs it. */
void fstab_lock_drop_flock(int fd, const char *file);

/* Whether there is a lock file that a killed robind left; the second may be a live one. */
bool fstab_lock_has_dead_file(const char *path);
bool fstab_lock_has_flock_file(const char *path);
