/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at paths by the last name, in a directory that is kept open because many paths have it in
 * common. Whoever looks so has to ask afterwards whether each directory was still what its path
 * leads to, and to look anew where it was not.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "kernel/mount_query.h"

/* Begin, with nothing known; or end. Without it there is no such look. */
void sys_glance_begin(void);
void sys_glance_done(void);
bool sys_glance_is_begun(void);

/*
 * As sys_open() and sys_stat() of an absolute path. 0, -ENOENT, or -EAGAIN: it has to be
 * opened, as each that is not in the same directory as another, or that is a symlink, or
 * lies on a file system that may not answer.
 */
MUST_CHECK int sys_glance(const char *path, struct file_id *ret);

/*
 * The directory in which the last name of the path, *ret_name, was looked at: borrowed, and only
 * until the next look. -1: in none.
 */
int sys_glance_directory(const char *path, const char **ret_name);

/*
 * Something is about to be mounted at the path, or taken away from there: what was looked in at or
 * below it is asked for now, and kept no more.
 */
void sys_glance_leave(const char *path);

/* Each directory that was looked in is what its path leads to. */
bool sys_glance_is_true(void);
