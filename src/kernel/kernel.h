/*
 * Every call that has an effect on the machine, or a view of it. Decides nothing, and keeps
 * only what makes the calls work: which way each is made, and the deadline. Results are 0
 * or a file descriptor, or -errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/flags.h"
#include "mount/mount.h"

/* ---- what this kernel and this process can do (kernel/features.c) ---- */

struct kernel {
	bool mount_calls;  /* open_tree, move_mount (5.2), mount_setattr (5.12) */
	bool view_calls;   /* statmount, listmount, STATX_MNT_ID_UNIQUE (6.8) */
	bool mountinfo;    /* /proc/self/mountinfo can be read */
	bool walk_calls;   /* openat2 (5.6) */
	bool cached_walks; /* openat2 with RESOLVE_CACHED (5.12) */
	bool may_mount;    /* CAP_SYS_ADMIN over our mount namespace */
	bool is_private;   /* process 1 is in another mount namespace, as far as is seen */
	unsigned mount_id; /* the STATX_MNT_ID bit that works (5.8), or 0 */
};

/*
 * Ask once with harmless calls, before any other call of this header; a later EPERM is
 * never taken for a missing call.
 */
void sys_probe(struct kernel *kernel);

/*
 * Take away what a killed run left behind (a staging place, on kernels before 5.12). Only
 * under the lock: it is the only one.
 */
void sys_sweep(void);

/* End what was begun: staging place, walker, table. Safe twice. */
void sys_done(void);

/* ---- looking (kernel/mount_query.c) ---- */

/* What a path leads to. */
struct file_id {
	uint64_t dev;
	uint64_t ino;
	uint32_t mode;
	uint64_t mount; /* the id of the mount it lies on */
	bool is_mount_root;
};

/*
 * Start the clock: walks of paths are given up before `deadline`, which is in seconds of
 * clock_now(); 0 is none. `trigger` says that automounts are opened on the way.
 */
void path_set_deadline(double deadline, bool trigger);

/*
 * Open an absolute path as O_PATH; no component may be a symlink (-ELOOP). The last one is
 * crossed to the mount on top of it. Returns a descriptor or -errno; -ETIMEDOUT when the
 * file system does not answer, -EREMOTE when an automount is in the way that may not be
 * triggered, -EREMOTEIO when one mounts nothing: path_last_obstacle() then tells where.
 */
MUST_CHECK int sys_open(const char *path);

/* The same, and an automount that is the last component itself is triggered too. */
MUST_CHECK int sys_trigger(const char *path);

/* Where the last walk stood that gave one of these three; valid until the next one. */
const char *path_last_obstacle(void);

/*
 * Open `rest` below a directory, never leaving its mount, from the kernel's cache alone
 * (-EAGAIN). "" is the directory.
 */
MUST_CHECK int sys_open_below(int dir, const char *rest);

/* The same, and through what is mounted in there. */
MUST_CHECK int sys_open_within(int dir, const char *rest);

/* What an O_PATH descriptor stands for. Never waits for a remote file system. */
MUST_CHECK int sys_stat(int fd, struct file_id *ret);

/*
 * True when the id of a mount that is gone is never given to another one (6.8).
 */
bool sys_ids_are_unique(void);

/*
 * Where ids are not unique, each look after a change reads the table of mounts anew. While
 * the view is kept it is only read when something is asked for that it does not have, or
 * that was changed; what others do in the meantime is not seen. No matter elsewhere.
 */
void sys_keep_view(bool keep);

/* The id of the mount that a descriptor lies on; asks for nothing else. */
MUST_CHECK int sys_mount_id(int fd, uint64_t *ret);

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

/* Whether the directory at the path, which no symlink leads to, holds nothing. */
MUST_CHECK int sys_is_empty(const char *path, bool *ret);

/* ---- mounts (kernel/mount_api.c) ---- */

/*
 * A copy of what fd shows that nobody sees yet, with the mounts below it when recursive.
 * Returns the descriptor of its root.
 */
MUST_CHECK int sys_clone(int fd, bool recursive);

/* True when a copy lies in no namespace until it is attached (5.12). */
bool sys_copies_are_detached(void);

/* Change flags of the mount whose root fd is; -EBUSY: held open for writing. */
MUST_CHECK int sys_set_flags(int fd, struct flag_change change, bool recursive);

/* Make the mount whose root fd is private. */
MUST_CHECK int sys_set_private(int fd, bool recursive);

/* Attach a copy made by sys_clone() on top of what `target` shows. */
MUST_CHECK int sys_attach(int tree, int target);

/* Attach it below the top mount, whose root `target` is (6.5; before: -EINVAL). */
MUST_CHECK int sys_attach_beneath(int tree, int target);

/*
 * Detach the mount whose root fd is, with all below it, lazily. `path` is where it is
 * mounted, for a file's mount where there is no /proc.
 */
MUST_CHECK int sys_detach(int fd, const char *path);

/* ---- places for targets ---- */

/*
 * Make what is missing of `path`: directories 0755 and, unless the last component shall be
 * a directory too, an empty file 0444; all root:root whatever the umask. *ret_made is how
 * many components were made. Returns 0, or -errno with nothing made.
 */
MUST_CHECK int sys_make_place(const char *path, bool directory, size_t *ret_made);

/* Take back the last `made` components of `path`, as far as they are still empty. */
void sys_unmake_place(const char *path, bool directory, size_t made);
