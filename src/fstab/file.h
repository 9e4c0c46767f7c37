/*
 * The fstab file on the machine: lock it, read it, put a new one in its place. Decides
 * nothing; knows nothing of its lines. Results are 0 or -errno.
 *
 * lock -> read -> (fstab_parse, line_judge, fstab_edited) -> backup -> write -> unlock;
 * after -ESTALE from write: read again, under the same lock. A run that only looks (check,
 * show) reads without a lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/macro.h"

/* Which step failed; the name of the file that it was about is in `path`. */
enum sys_fstab_step {
	SYS_FSTAB_NOTHING,
	SYS_FSTAB_FIND,   /* follow symlinks: -ENOENT is a dangling one, -ELOOP */
	SYS_FSTAB_LOCK,   /* -ETIMEDOUT: `holder` had it until the deadline */
	SYS_FSTAB_READ,   /* -EISDIR, -EINVAL: no regular file, -EFBIG: over 64 MiB, -EACCES
			   */
	SYS_FSTAB_BACKUP, /* make or write the copy */
	SYS_FSTAB_MAKE,   /* make the temporary file, with owner, mode and attributes */
	SYS_FSTAB_FILL,   /* write and fsync it: -ENOSPC, -EIO */
	SYS_FSTAB_PLACE,  /* rename: -EBUSY: a mount, -EPERM: immutable, -ESTALE: changed */
	SYS_FSTAB_SETTLE, /* fsync of the folder: the new file is there, maybe not for good
			   */
};

/* Where a call failed. */
struct sys_fstab_fault {
	enum sys_fstab_step step;
	pid_t holder;    /* of the lock, 0 where it is unknown */
	char path[4096]; /* cut, if need be */
};

/* What is held: libmount's lock by the name that was given and by the real one, and ours.
 */
struct sys_fstab_lock {
	char *files[2]; /* to be removed at the end */
	int fds[3];
};

#define SYS_FSTAB_LOCK_INIT                                                                \
	{                                                                                  \
		.fds = { -1, -1, -1 }                                                      \
	}

/*
 * Lock the file against other robinds and whoever else takes libmount's lock on it, waiting
 * until `deadline` (clock_now()). Nothing of it is left when the holder is killed that the
 * next sys_fstab_lock() or sys_fstab_sweep() would not remove. Good for one
 * sys_fstab_write() that succeeds: others may lock the new file from then on.
 */
MUST_CHECK int sys_fstab_lock(const char *path, double deadline, struct sys_fstab_lock *ret,
			      struct sys_fstab_fault *fault);

/* Safe on SYS_FSTAB_LOCK_INIT and twice. */
void sys_fstab_unlock(struct sys_fstab_lock *lock);

/* A file that was read. */
struct sys_fstab {
	char *path; /* the real file, no symlink */
	char *text; /* NUL-terminated beyond `size`; "" for a file that is not there */
	size_t size;
	bool is_there;
	dev_t dev;
	ino_t ino;
	struct timespec mtime;
	struct timespec ctime;
};

/*
 * Read the file; one that is missing is empty. sys_fstab_done() frees it.
 */
MUST_CHECK int sys_fstab_read(const char *path, struct sys_fstab *ret,
			      struct sys_fstab_fault *fault);

/*
 * Copy the file to PATH.PID.DATE@TIME~ as it was read, never over another file. *ret_name
 * is allocated. Of a file that is not there: 0 and NULL.
 */
MUST_CHECK int sys_fstab_backup(const struct sys_fstab *old, char **ret_name,
				struct sys_fstab_fault *fault);

/* Take back a copy that sys_fstab_backup() made. */
void sys_fstab_drop(const char *name);

/*
 * Put `text` in the place of the file that was read, with its owner, mode and attributes;
 * a missing one is made root:root 0644. On failure nothing is changed and no temporary file
 * is left, but for the step SYS_FSTAB_SETTLE. -ESTALE: the file is no longer the one that
 * was read. Only under the lock.
 */
MUST_CHECK int sys_fstab_write(const struct sys_fstab *old, const char *text, size_t size,
			       struct sys_fstab_fault *fault);

/*
 * Remove what a killed run left beside the file: temporary files and its lock. Waits for
 * nothing; call it once in each run that may change something, under robind's own lock.
 */
void sys_fstab_sweep(const char *path);

/* Free what it owns; safe on {0} and twice. */
void sys_fstab_done(struct sys_fstab *file);
