/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a path to what it leads to, through no symlink and within the deadline. Results are
 * 0 or a descriptor, or -errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/*
 * Open an absolute path as O_PATH; no component may be a symlink (-ELOOP). The last one is
 * crossed to the mount on top of it, which may be an automount that waits. Returns a
 * descriptor or -errno; -ETIMEDOUT when the file system does not answer, -EREMOTE when an
 * automount is in the way that may not be triggered, -EREMOTEIO when one mounts nothing:
 * path_last_obstacle() then tells where.
 */
MUST_CHECK int sys_open(const char *path);

/* The same, and an automount that is the last component itself is triggered too. */
MUST_CHECK int sys_trigger(const char *path);

/*
 * Open `rest` below a directory, never leaving its mount, from the kernel's cache alone
 * (-EAGAIN). "" is the directory.
 */
MUST_CHECK int sys_open_below(int dir, const char *rest);

/*
 * The same, and through what is mounted in there. What the cache does not know is asked for
 * where that is on the same mount, and `is_local` says of what file system that is.
 */
MUST_CHECK int sys_open_within(int dir, const char *rest, bool is_local);

/* True for a directory on a file system that answers without a server or a daemon. */
bool sys_is_local(int fd);

/* The same by the id of the mount that it lies on. */
bool sys_is_local_mount(uint64_t id);

/*
 * The path without symlinks that `path` leads to now, allocated; of a path whose end does
 * not exist the end is kept as it is. 0 or -errno.
 */
MUST_CHECK int sys_resolve(const char *path, char **ret);

/* The directory of the last path: others are often in the same one. */
struct place_finder {
	char *parent; /* NULL: there was none yet */
	char *real;   /* where it leads to; NULL: to itself */
	int dir;      /* it, on a local file system, or negative */
};

#define PLACE_FINDER_INIT                                                                  \
	{                                                                                  \
		.dir = -1                                                                  \
	}

/* Free what it owns; safe on PLACE_FINDER_INIT and twice. */
void place_finder_done(struct place_finder *finder);

/*
 * As sys_resolve() of an absolute path that nobody asked for, to compare it with others:
 * nothing is triggered, and it is not waited for long. It may have "." and ".." in it; what
 * of them lies where nothing is stays. *ret is NULL where it leads to itself, and where it
 * cannot be told. Returns 0 or -ENOMEM.
 */
MUST_CHECK int sys_find_place(struct place_finder *finder, const char *path, char **ret);

/*
 * The first component of `path` that is a symlink, as an allocated path; NULL when there is
 * none now, or no memory.
 */
char *sys_find_symlink(const char *path);

/* Whether an automount is at the path, with nothing mounted on it yet. Triggers nothing. */
bool sys_is_automount(const char *path);
