/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /proc tells of the processes of this host. Decides nothing. Results are 0 or a
 * descriptor, or -errno; a process that ends meanwhile is -ENOENT or -ESRCH. No file system
 * is asked anything that it could hang on.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"
#include "kernel/cgroup.h"

/* The ids of all processes that are seen, rising. *ret is allocated, free() it. */
MUST_CHECK int sys_processes(pid_t **ret, size_t *ret_n);

/* The number of a process's mount namespace. */
MUST_CHECK int sys_process_namespace(pid_t pid, uint64_t *ret);

/* The text of /proc/PID/NAME, allocated. */
MUST_CHECK int sys_process_text(pid_t pid, const char *name, char **ret);

/* Where a process belongs to, as we see it from our own container; to be given to cgroup_done(). */
MUST_CHECK int sys_process_cgroup(pid_t pid, struct cgroup *ret);
