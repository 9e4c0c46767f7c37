/* SPDX-License-Identifier: Apache-2.0 */
/* Files in the format of /proc/PID/mountinfo, read by libmount. */
#pragma once

#include <sys/types.h>

#include "base/macro.h"
#include "mount/mount.h"

/*
 * The whole of a mountinfo file, in its order; mount_list_done() frees *ret. No two mounts
 * in it have one id, and going up from parent to parent comes to an end, also where the
 * table changed while it was read. 0 or -errno.
 */
MUST_CHECK int sys_read_mountinfo(const char *path, struct mount_list *ret);

/*
 * The mounts that a process sees from its root directory. Their ids are mountinfo's, which
 * are not those of sys_mount(). -ESRCH: the process has ended.
 */
MUST_CHECK int sys_process_mounts(pid_t pid, struct mount_list *ret);
