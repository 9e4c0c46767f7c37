/* SPDX-License-Identifier: Apache-2.0 */
/* Which mount a descriptor lies on. */
#pragma once

#include <stdint.h>

#include "base/macro.h"

/*
 * The id of the mount that a descriptor lies on, as sys_mount() takes it; no matter what
 * its file system says. 0 or -errno.
 */
MUST_CHECK int sys_mount_id(int fd, uint64_t *ret);
