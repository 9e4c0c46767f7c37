/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a descriptor stands for, and what a mount is: by statx, statmount and listmount, or
 * by the table of mounts where these are missing. No file system is asked anything that it
 * could hang on. Results are 0 or -errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

/* What a path leads to. */
struct file_id {
	uint64_t dev;
	uint64_t ino;
	uint32_t mode;
	uint64_t mount; /* the id of the mount it lies on */
	bool is_mount_root;
	uint64_t size;
	int failure; /* see sys_stat_mount(), else 0 */
};

/* What an O_PATH descriptor stands for. Never waits for a remote file system. */
MUST_CHECK int sys_stat(int fd, struct file_id *ret);

/*
 * The same of a name in a directory on a local file system, be it a symlink, and what is
 * mounted there; by statx(2) alone, which has to know all of it. "" is the descriptor.
 */
MUST_CHECK int sys_stat_name(int dir, const char *name, struct file_id *ret);

/*
 * The same; but of a file system that answers with an error only, see below, what the
 * kernel knows without it: the mount, whether this is its root, and whether it is a
 * directory. That error is ret->failure then, and the numbers of the file are 0.
 */
MUST_CHECK int sys_stat_mount(int fd, struct file_id *ret);

/*
 * The same without is_mount_root, which before 5.8 costs a look at the table of mounts: for
 * each step of a walk.
 */
MUST_CHECK int sys_stat_walked(int fd, struct file_id *ret);

/*
 * True for an error of a file system that is there, but has nothing more to say: EIO of a
 * disk that was pulled out, ESTALE, ENOTCONN and the like.
 */
bool errno_is_of_failed_fs(int number);

/*
 * Read one mount by its id, with its texts or without. -ENOENT when it is gone.
 * mount_done() frees it.
 */
MUST_CHECK int sys_mount(uint64_t id, bool with_text, struct mount *ret);

/*
 * The nearest peer group up the chain of a slave's masters that has a mount in this
 * namespace: what is mounted on that reaches the slave, whichever namespaces lie between. 0
 * when there is none. 0 or -errno.
 */
MUST_CHECK int sys_mount_master_here(uint64_t id, uint64_t *ret);

/*
 * The ids of all mounts below the mount `id`, or of all in the namespace for
 * SYS_ALL_MOUNTS. *ret is allocated, free() it.
 */
#define SYS_ALL_MOUNTS UINT64_MAX
MUST_CHECK int sys_mounts_below(uint64_t id, uint64_t **ret, size_t *ret_n);
