/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a lock by flock(2): as kernel/process.h otherwise. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/macro.h"

struct flock_holders {
	pid_t entitled; /* one of them that is all root's or the file's owner's; 0: none */
	bool others;    /* whether somebody else is among them */
};

/*
 * Those of the lock on an open file, as far as they can be seen: by who has the file open
 * with a lock, for who took it may have ended, and left it to a child. 0 or -errno.
 */
MUST_CHECK int sys_flock_holders(int fd, struct flock_holders *ret);
