/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the id that /proc gives of a mount, which is used again once the mount is gone, to
 * the unique one (6.8).
 */
#pragma once

#include <stdint.h>

#include "base/macro.h"

/* 0, -ENOENT when it is no mount of this namespace, or another -errno. */
MUST_CHECK int sys_unique_id(uint64_t old, uint64_t *ret);

/* Free what it holds. */
void sys_old_ids_done(void);
