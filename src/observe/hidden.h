/* SPDX-License-Identifier: Apache-2.0 */
/* What a first mount at a target would hide. */
#pragma once

#include "base/macro.h"
#include "observe/have.h"
#include "observe/mount_cache.h"

/*
 * What the target holds, in words, as sys_content(); *ret is NULL where it is empty, or that
 * cannot be seen. 0 or -errno.
 */
MUST_CHECK int hidden_look(struct mounts *mounts, const char *target,
			   const struct have *have, char **ret);
