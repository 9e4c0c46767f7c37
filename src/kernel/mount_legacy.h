/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts by mount(2) alone, where there is no mount_setattr (before 5.12). As sys_clone(),
 * sys_set_flags(), sys_set_private() and sys_attach(); but a clone is not detached: it lies
 * in a staging place of its own, a private tmpfs that only root enters.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "mount/flags.h"

MUST_CHECK int sys_remount_clone(int fd, bool recursive);
MUST_CHECK int sys_remount_flags(int fd, struct flag_change change, bool recursive);
MUST_CHECK int sys_remount_private(int fd, bool recursive);
MUST_CHECK int sys_remount_attach(int tree, int target);

/* Take the staging place away, with what was never attached. */
void sys_remount_done(void);
