/* SPDX-License-Identifier: Apache-2.0 */
/* Between the two halves of the fake machine. */
#pragma once

#include "mount/mount.h"

/* The mount that a path lies on, with all that is mounted over it. */
const struct mount *fake_mount_at(const char *path);

/* Forget all that the test said of paths, and every descriptor. */
void fake_paths_done(void);
