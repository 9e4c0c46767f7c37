/* SPDX-License-Identifier: Apache-2.0 */
/* The units of systemd that are about a target. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/*
 * The name of the unit for a path, as systemd-escape(1) makes it, after `prefix` and with
 * `suffix` at its end. Allocated; NULL when there is no memory.
 */
char *unit_name(const char *prefix, const char *path, const char *suffix);

/*
 * Whether /etc/systemd/system has a unit for mounts at this target (systemd.mount(5)): then
 * the line in fstab counts for nothing at boot. 0 or -ENOMEM.
 */
MUST_CHECK int unit_file_find(const char *target, bool *ret);
