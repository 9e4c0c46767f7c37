/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at paths that change nothing: by the last name, in a directory that is kept open
 * because many paths have it in common. Whoever looks so has to ask at the end whether each
 * directory was still what its path leads to, and to look anew where it was not.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "kernel/mount_query.h"

/* Begin, with nothing known; or end. Without it there is no such look. */
void sys_glance_begin(void);
void sys_glance_done(void);

/*
 * As sys_open() and sys_stat() of an absolute path. 0, -ENOENT, or -EAGAIN: it has to be
 * opened, as each that is not in the same directory as another, or that is a symlink, or
 * lies on a file system that may not answer.
 */
MUST_CHECK int sys_glance(const char *path, struct file_id *ret);

/* Each directory that was looked in is what its path leads to. */
bool sys_glance_is_true(void);
