/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newer mount calls, always through syscall(2), so that the binary also runs with a C
 * library that has no wrappers for them and builds with headers that miss their numbers.
 * Each function is the call itself: what it returns and the errno it sets are the kernel's.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SHIM_OPEN_TREE_CLONE 1u
#define SHIM_AT_RECURSIVE    0x8000u

/* MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH */
#define SHIM_MOVE_EMPTY_PATHS 0x44u
#define SHIM_MOVE_BENEATH     0x200u

#define SHIM_RESOLVE_CACHED 0x20u /* 5.12: fail with EAGAIN rather than wait */

#define SHIM_AT_DONT_SYNC        0x4000 /* AT_STATX_DONT_SYNC */
#define SHIM_STATX_TYPE          0x01u
#define SHIM_STATX_MODE          0x02u
#define SHIM_STATX_INO           0x100u
#define SHIM_STATX_SIZE          0x200u
#define SHIM_STATX_MNT_ID        0x1000u    /* 5.8: the id that mountinfo shows */
#define SHIM_STATX_MNT_ID_UNIQUE 0x4000u    /* 6.8: an id that is never used again */
#define SHIM_ATTR_MOUNT_ROOT     0x2000u    /* STATX_ATTR_MOUNT_ROOT, 5.8 */
#define SHIM_LSMT_ROOT           UINT64_MAX /* listmount: all mounts of the namespace */

#define SHIM_STATMOUNT_SB_BASIC       0x01u
#define SHIM_STATMOUNT_MNT_BASIC      0x02u
#define SHIM_STATMOUNT_PROPAGATE_FROM 0x04u
#define SHIM_STATMOUNT_MNT_ROOT       0x08u
#define SHIM_STATMOUNT_MNT_POINT      0x10u
#define SHIM_STATMOUNT_FS_TYPE        0x20u

/* struct statmount as of 6.8; later kernels use what is spare here. */
struct shim_statmount {
	uint32_t size;
	uint32_t mnt_opts;
	uint64_t mask;
	uint32_t sb_dev_major;
	uint32_t sb_dev_minor;
	uint64_t sb_magic;
	uint32_t sb_flags;
	uint32_t fs_type; /* offset into str, as all texts */
	uint64_t mnt_id;
	uint64_t mnt_parent_id;
	uint32_t mnt_id_old;
	uint32_t mnt_parent_id_old;
	uint64_t mnt_attr;
	uint64_t mnt_propagation;
	uint64_t mnt_peer_group;
	uint64_t mnt_master;
	uint64_t propagate_from;
	uint32_t mnt_root;
	uint32_t mnt_point;
	uint64_t spare[50];
	char str[];
};

/* struct statx as of 5.8; the kernel always writes all 256 bytes. */
struct shim_statx {
	uint32_t mask;
	uint32_t blksize;
	uint64_t attributes;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint16_t mode;
	uint16_t spare0;
	uint64_t ino;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint64_t mnt_id;
	uint64_t spare[13];
};

struct shim_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

/* struct linux_dirent64 of getdents64(2). */
struct shim_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t length;
	uint8_t type;
	char name[];
};

int shim_open_tree(int dirfd, const char *path, unsigned flags);
int shim_move_mount(int from, int to, const char *name, unsigned flags);
int shim_mount_setattr(int fd, unsigned flags, const struct shim_mount_attr *attr,
		       size_t size);
int shim_openat2(int dirfd, const char *path, uint64_t flags, uint64_t resolve);
int shim_statx(int fd, const char *path, int flags, unsigned mask, struct shim_statx *buf);
int shim_statmount(uint64_t id, uint64_t mask, struct shim_statmount *buf, size_t size);
ssize_t shim_listmount(uint64_t id, uint64_t after, uint64_t *ids, size_t n);
int shim_close_range(unsigned first, unsigned last);
/* renameat2 with RENAME_NOREPLACE: EEXIST where there is something at `to`. */
int shim_rename_new(const char *from, const char *to);
ssize_t shim_getdents(int fd, void *buf, size_t size);
int shim_umount2(const char *path, int flags);
