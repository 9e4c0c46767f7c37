/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount.robind: the helper that mount(8) calls for a line of type `robind` in fstab. It
 * makes, or mends, one read-only bind, and touches no fstab.
 */
#pragma once

#include <stdbool.h>

/* Whether this process was called as the helper; `name` is argv[0], or NULL. */
bool mount_helper_is_called(const char *name);

/*
 * Do what the command line asks. Returns the exit status of a mount helper: 0 when the bind
 * is there, made now or before; 1 for a wrong call; 32 for a failure. Says on standard
 * error, in one line, why not.
 */
int mount_helper_run(int argc, char *argv[]);
