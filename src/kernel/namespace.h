/* SPDX-License-Identifier: Apache-2.0 */
/* The mount namespace that this process is in. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

/*
 * Whether it is known to be that of process 1: by the namespace's number, which only who
 * may trace that process can read, or by the mounts that every process may read of it.
 * false where neither can be found out.
 */
bool sys_is_namespace_of_init(void);

/* Its number; 0 where that cannot be found out. */
uint64_t sys_namespace_number(void);

/*
 * Enter the mount namespace of a process, by its number as text, or that which a file
 * stands for. 0 or -errno.
 */
MUST_CHECK int sys_enter_namespace(const char *name);
