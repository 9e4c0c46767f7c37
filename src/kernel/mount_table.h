/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of mounts as text, for kernels that cannot be asked for one mount (before 6.8):
 * /proc/self/mountinfo, which is read again when the kernel says that it changed. Ids are
 * those of mountinfo: the kernel may give the id of a mount that is gone to a new one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

/* As sys_mount() and sys_mounts_below(). */
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

/*
 * Where ids are not unique, each look after a change reads the table of mounts anew. While
 * the view is kept it is only read when something is asked for that it does not have, or
 * that was changed; what others do in the meantime is not seen. No matter elsewhere.
 */
void sys_keep_view(bool keep);

/*
 * Whether mounts changed while a view was kept, by whomever, since this was asked last: what was
 * answered from it is true of when it was read, and of nothing later.
 */
bool sys_view_was_changed(void);

/* Free what it holds. */
void sys_table_done(void);
