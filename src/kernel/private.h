/*
 * What the sys_*.c files share: which of two ways a call is made, and the ways themselves.
 * No other file includes this.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "kernel/kernel.h"
#include "mount/flags.h"
#include "mount/mount.h"

/* What sys_probe() found. Set once; never changed by the failure of a later call. */
extern struct kernel features;

/* "/proc/self/fd/N": the one path that leads to the very thing a descriptor pins. */
struct fd_path {
	char text[32];
};
struct fd_path sys_fd_path(int fd);

/*
 * The number after `key`, which ends in a colon, in /proc/self/fdinfo (3.15). 0, -ENOSYS
 * where there is no such key, or another -errno.
 */
MUST_CHECK int sys_fd_info(int fd, const char *key, uint64_t *ret);

/* ---- the mount table as text (kernel/mount_table.c), where there is no statmount ---- */

/*
 * As sys_mount() and sys_mounts_below(), from /proc/self/mountinfo, which is read again
 * when the kernel says that it changed. Ids are those of mountinfo: the kernel may give the
 * id of a mount that is gone to a new one.
 */
MUST_CHECK int sys_table_mount(uint64_t id, bool with_text, struct mount *ret);
MUST_CHECK int sys_table_below(uint64_t id, uint64_t **ret, size_t *ret_n);

/*
 * True when the device number is that of an automount's file system that was mounted when
 * the table was last read.
 */
bool sys_table_is_automount(uint64_t dev);

/*
 * Read it anew at the next question: some changes of ours the kernel does not announce.
 * While the view is kept, only the mount that fd lies on, and all below it, are unknown
 * from here on.
 */
void sys_table_changed(int fd);

/* The whole of a mountinfo file; mount_list_done() frees *ret. 0 or -errno. */
MUST_CHECK int sys_read_mountinfo(const char *path, struct mount_list *ret);

/* Free what it holds. */
void sys_table_done(void);

/* Leave the child and what is known of unresponsive places (kernel/path_open.c). */
void sys_path_done(void);

/* ---- mount(2) alone (kernel/mount_legacy.c), where there is no mount_setattr ---- */

/*
 * As sys_clone(), sys_set_flags(), sys_set_private() and sys_attach(). A clone is not
 * detached but lies in a staging place of its own: a private tmpfs that only root enters.
 */
MUST_CHECK int sys_remount_clone(int fd, bool recursive);
MUST_CHECK int sys_remount_flags(int fd, struct flag_change change, bool recursive);
MUST_CHECK int sys_remount_private(int fd, bool recursive);
MUST_CHECK int sys_remount_attach(int tree, int target);

/* Take the staging place away, with what was never attached. */
void sys_remount_done(void);
