/* SPDX-License-Identifier: Apache-2.0 */
/* The stack of mounts at a target, and which of them show the source. */
#pragma once

#include "base/macro.h"
#include "observe/have.h"
#include "observe/mount_cache.h"
#include "request/want.h"

/*
 * Fill have->layers from the top down, and have->is_base_shared. have->source and
 * have->target are open; the target is a mount root. Returns 0 or -errno.
 */
MUST_CHECK int layers_read(struct mounts *mounts, const struct want *want,
			   struct have *have);
