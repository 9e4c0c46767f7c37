/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The capabilities of this process: which the kernel asks for in what robind does, and how it
 * is rid of all others. They are listed in robind(8), too.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a run does, of that which the kernel asks capabilities for; they are or-ed. */
enum duty {
	DUTY_LOOK = 1,     /* at mounts, and at the paths to them */
	DUTY_LOOK_OUT = 2, /* at the mount in the midst of which our root directory lies */
	DUTY_HOLDERS = 4,  /* at the files of other processes */
	DUTY_CHANGE = 8,   /* hold the lock, make and remove files and directories */
	DUTY_MOUNT = 16,   /* mount and unmount */
	DUTY_OWN = 32,     /* give what is made its owner and its mode */
};

/*
 * The capabilities that this process may use, or gave up, CAP_... as bits; 0 where it cannot
 * be told.
 */
uint64_t sys_capabilities(void);

/*
 * Those of `have` that these duties need. Of two that would both do it is the lesser, unless
 * the other is there alone, or is needed anyway.
 */
uint64_t sys_capabilities_for(unsigned duties, uint64_t have);

/*
 * Keep only what these duties need, in all sets that an execve(2) goes by, and let none give
 * more: with no_new_privs the bounding set has nothing left to bound. What the kernel
 * refuses here stays as it is, as whoever hides these calls bounds us in his own way.
 */
void sys_keep_capabilities(unsigned duties);

/*
 * Whether this program file gave us rights that whoever started it has not: set-user-ID,
 * set-group-ID, file capabilities. No sudo(8) does that, nor a service's ambient ones.
 */
bool sys_is_elevated(void);
