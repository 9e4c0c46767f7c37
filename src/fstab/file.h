/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fstab file on the machine: lock it, read it, put a new one in its place. Decides
 * nothing; knows nothing of its lines. Results are 0 or -errno.
 *
 * lock -> read -> (fstab_parse, line_check_entry, fstab_edited) -> backup -> write ->
 * unlock; after -ESTALE from write: read again, under the same lock. A run that only looks
 * (check, show) reads without a lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/macro.h"

/* Which step failed; the name of the file that it was about is in `path`. */
enum fstab_file_step {
	FSTAB_FILE_NOTHING,
	FSTAB_FILE_FIND, /* follow symlinks: -ENOENT is a dangling one, -ELOOP */
	FSTAB_FILE_LOCK, /* -ETIMEDOUT: `holder` had it until the deadline */
	FSTAB_FILE_READ, /* -EISDIR, -EINVAL: no regular file, -EFBIG: over 64 MiB, -EACCES */
	FSTAB_FILE_BACKUP, /* make or write the copy */
	FSTAB_FILE_CREATE, /* make the temporary file, with owner, mode and attributes */
	FSTAB_FILE_WRITE,  /* write and fsync it: -ENOSPC, -EIO */
	FSTAB_FILE_RENAME, /* rename: -EBUSY: a mount, -EPERM: immutable, -ESTALE: changed */
	FSTAB_FILE_SYNC, /* fsync of the folder: the new file is there, maybe not for good */
};

/* Where a call failed. */
struct fstab_file_error {
	enum fstab_file_step step;
	pid_t holder;    /* of the lock, 0 where it is unknown */
	char path[4096]; /* cut, if need be */
};

/* libmount's lock by one name, in both its kinds; what is not held is NULL. */
struct fstab_lock_pair {
	char *file;  /* FILE~ */
	char *flock; /* FILE.lock */
	int file_fd;
	int flock_fd;
};

/* What is held, by the name that was given, if it is a symlink, and by the real one. */
struct fstab_lock {
	struct fstab_lock_pair given;
	struct fstab_lock_pair real;
};

/* clang-format off */
#define FSTAB_LOCK_INIT { \
	.given = { .file_fd = -1, .flock_fd = -1 }, .real = { .file_fd = -1, .flock_fd = -1 } }
/* clang-format on */

/*
 * Lock the file against other robinds and whoever else takes libmount's lock on it, waiting
 * until `deadline` (clock_now()). Nothing of it is left when the holder is killed that the
 * next fstab_lock() or fstab_sweep() would not remove. A lock file that cannot be opened is
 * a failure, which names it; so is one that is no regular file, but FILE~: before 2.39
 * nobody could take it either.
 */
MUST_CHECK int fstab_lock(const char *path, double deadline, struct fstab_lock *ret,
			  struct fstab_file_error *fault);

/* Safe on FSTAB_LOCK_INIT and twice. */
void fstab_unlock(struct fstab_lock *lock);

/* A file that was read. */
struct fstab_file {
	char *path; /* the real file, no symlink */
	char *text; /* NUL-terminated beyond `size`; "" for a file that is not there */
	size_t size;
	bool is_there;
	/* By these it is known again: the write and the change that nobody told of. */
	dev_t dev;
	ino_t ino;
	off_t said_size;
	struct timespec mtime;
	struct timespec ctime;
};

/*
 * Read the file; one that is missing is empty. fstab_file_done() frees it.
 */
MUST_CHECK int fstab_file_read(const char *path, struct fstab_file *ret,
			       struct fstab_file_error *fault);

/*
 * Copy the file to PATH.PID.DATE@TIME~ as it was read, never over another file. *ret_name
 * is allocated. Of a file that is not there: 0 and NULL.
 */
MUST_CHECK int fstab_file_backup(const struct fstab_file *old, char **ret_name,
				 struct fstab_file_error *fault);

/* Take back a copy that fstab_file_backup() made. */
void fstab_file_drop_backup(const char *name);

/*
 * Put `text` in the place of the file that was read, with its owner, mode and attributes;
 * a missing one is made root:root 0644. On failure nothing is changed and no temporary file
 * is left, but for the step FSTAB_FILE_SYNC. -ESTALE: the file is no longer the one that
 * was read. Only under the lock.
 */
MUST_CHECK int fstab_file_write(const struct fstab_file *old, const char *text, size_t size,
				struct fstab_file_error *fault);

/*
 * Whether the file could be replaced by now, as far as it can be known without writing: -EROFS
 * and -EPERM (immutable) of its folder or of itself, -EBUSY: a mount. 0 otherwise, also where
 * only the caller lacks the right to. Changes nothing.
 */
MUST_CHECK int fstab_file_foresee(const char *path, struct fstab_file_error *fault);

/*
 * Remove what a killed run left beside the file: temporary files and its lock. Waits for
 * nothing; call it once in each run that may change something, under robind's own lock.
 */
void fstab_sweep(const char *path);

/* Free what it owns; safe on {0} and twice. */
void fstab_file_done(struct fstab_file *file);
