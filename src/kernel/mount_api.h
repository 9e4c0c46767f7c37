/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The effects on mounts. Decides nothing; every mount is named by a descriptor. Results are
 * 0 or a descriptor, or -errno.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "mount/flags.h"

/*
 * A copy of what fd shows that nobody sees yet, with the mounts below it when recursive.
 * Returns the descriptor of its root.
 */
MUST_CHECK int sys_clone(int fd, bool recursive);

/*
 * A copy of what has this name in a directory of a copy (6.15; before: -EINVAL), on a file
 * system that answers without a server: its mount alone, be it of a symlink.
 */
MUST_CHECK int sys_clone_name(int dir, const char *name);

/* Change flags of the mount whose root fd is; -EBUSY: held open for writing. */
MUST_CHECK int sys_set_flags(int fd, struct flag_change change, bool recursive);

/* Make the mount whose root fd is private. */
MUST_CHECK int sys_set_private(int fd, bool recursive);

/* Both at once, for a copy that is not attached yet. */
MUST_CHECK int sys_set_up(int fd, struct flag_change change, bool recursive);

/* Attach a copy made by sys_clone() on top of what `target` shows. */
MUST_CHECK int sys_attach(int tree, int target);

/* The same on what has this name in a directory, be that a symlink: through none. */
MUST_CHECK int sys_attach_name(int tree, int dir, const char *name);

/* Attach it below the top mount, whose root `target` is (6.5; before: -EINVAL). */
MUST_CHECK int sys_attach_beneath(int tree, int target);

/*
 * Detach the mount whose root fd is, with all below it, lazily. `path` is where it is
 * mounted, for a file's mount where there is no /proc.
 */
MUST_CHECK int sys_detach(int fd, const char *path);

/*
 * Take away what a killed run left behind (a staging place, on kernels before 5.12). Only
 * under the lock: it is the only one.
 */
void sys_sweep(void);

/* End what was begun in this folder: staging place, path worker, table. Safe twice. */
void sys_done(void);
