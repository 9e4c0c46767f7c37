/* SPDX-License-Identifier: Apache-2.0 */
/* What the host has for its next boot: a view of it, and the calls to systemd. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/* Whether mount(8) would find a mount.robind to call, in one of libmount's own folders. */
bool sys_has_helper(void);

/* Whether the mount(8) of this host is busybox, which makes `bind,ro` writable. Looked up once. */
bool sys_has_busybox_mount(void);

/* Whether something other than a directory, or a symlink to one, is at the path. */
bool sys_is_file(const char *path);

/* Whether this host was booted by systemd (sd_booted(3)). */
bool sys_has_systemd(void);

/*
 * Have systemd read fstab anew, waiting until the deadline (clock_now()). Returns 0;
 * -ETIMEDOUT; -errno when systemctl cannot be run; -EIO when it fails.
 */
MUST_CHECK int sys_daemon_reload(double deadline);

/* Have systemd stop a unit, by its name, and wait until it has. As above. */
MUST_CHECK int sys_stop_unit(const char *unit, double deadline);

/* Whether a unit is active; false where that cannot be found out by then. */
bool sys_is_unit_active(const char *unit, double deadline);

/*
 * What systemd has yet to do, as `systemctl list-jobs` has it: lines `NUMBER UNIT TYPE STATE`.
 * Allocated; NULL where that cannot be found out by then.
 */
char *sys_unit_jobs(double deadline);
