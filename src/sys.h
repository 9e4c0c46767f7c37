/*
 * Every call that has an effect on the machine, or a view of it. Decides nothing and keeps
 * nothing. Results are 0 or a file descriptor, or -errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "flags.h"
#include "mount.h"

/* ---- what this kernel and this process can do (sys_probe.c) ---- */

struct kernel {
	bool mount_calls; /* open_tree, mount_setattr (5.12), move_mount */
	bool view_calls;  /* statmount, listmount, STATX_MNT_ID_UNIQUE (6.8), openat2 (5.6)
			   */
	bool may_mount;   /* CAP_SYS_ADMIN over our mount namespace */
};

/* Ask once with harmless calls; a later EPERM is never taken for a missing call. */
void sys_probe(struct kernel *kernel);

/* ---- looking (sys_look.c) ---- */

/* What a path leads to. */
struct node {
	uint64_t dev;
	uint64_t ino;
	uint32_t mode;
	uint64_t mount; /* the unique id of the mount it lies on */
	bool is_mount_root;
};

/*
 * Open an absolute path as O_PATH; no component may be a symlink (-ELOOP). The last one is
 * crossed to the mount on top of it. Returns a descriptor or -errno.
 */
MUST_CHECK int sys_open(const char *path);

/* The same for `rest` below a directory, never leaving its mount. "" is the directory. */
MUST_CHECK int sys_open_below(int dir, const char *rest);

/* What an O_PATH descriptor stands for. Never waits for a remote file system. */
MUST_CHECK int sys_stat(int fd, struct node *ret);

/*
 * Read one mount by its unique id, with its texts or without. -ENOENT when it is gone.
 * mount_done() frees it.
 */
MUST_CHECK int sys_mount(uint64_t id, bool with_text, struct mount *ret);

/*
 * The ids of all mounts below the mount `id`, or of all in the namespace for
 * SYS_ALL_MOUNTS. *ret is allocated, free() it.
 */
#define SYS_ALL_MOUNTS UINT64_MAX
MUST_CHECK int sys_mounts_below(uint64_t id, uint64_t **ret, size_t *ret_n);

/*
 * The path without symlinks that `path` leads to now, allocated; of a path whose end does
 * not exist the end is kept as it is. 0 or -errno.
 */
MUST_CHECK int sys_resolve(const char *path, char **ret);

/*
 * The first component of `path` that is a symlink, as an allocated path; NULL when there is
 * none now, or no memory.
 */
char *sys_find_symlink(const char *path);

/* ---- mounts (sys_mount.c) ---- */

/* A detached copy of what fd shows, with the mounts below it when recursive (5.2). */
MUST_CHECK int sys_clone(int fd, bool recursive);

/* Change flags of the mount whose root fd is; -EBUSY: held open for writing (5.12). */
MUST_CHECK int sys_set_flags(int fd, struct flags change, bool recursive);

/* Make the mount whose root fd is private (5.12). */
MUST_CHECK int sys_set_private(int fd, bool recursive);

/* Attach a detached tree on top of what `target` shows. */
MUST_CHECK int sys_attach(int tree, int target);

/* Attach a detached tree below the top mount, whose root `target` is (6.5). */
MUST_CHECK int sys_attach_beneath(int tree, int target);

/* Detach the mount whose root fd is, with all below it, lazily. */
MUST_CHECK int sys_detach(int fd);

/* ---- places for targets (sys_place.c) ---- */

/*
 * Make what is missing of `path`: directories 0755 and, unless the last component shall be
 * a directory too, an empty file 0444; all root:root whatever the umask. *ret_made is how
 * many components were made. Returns 0, or -errno with nothing made.
 */
MUST_CHECK int sys_make_place(const char *path, bool directory, size_t *ret_made);

/* Take back the last `made` components of `path`, as far as they are still empty. */
void sys_unmake_place(const char *path, bool directory, size_t made);
