/* The unit file of systemd that takes the place of a target's line in fstab. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/*
 * Whether /etc/systemd/system has a unit for mounts at this target (systemd.mount(5)): then
 * the line in fstab counts for nothing at boot. 0 or -ENOMEM.
 */
MUST_CHECK int unit_file_find(const char *target, bool *ret);
