/* SPDX-License-Identifier: Apache-2.0 */
/* What the table of mounts tells of automounts, which no call does. Changes nothing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

/* One automount's file system. */
struct automount {
	uint64_t superblock; /* as in struct mount */
	bool is_map;         /* its names are mounted on demand (indirect), not itself */
	bool is_of_systemd;  /* the host's systemd made it, by its name for that */
};

/*
 * Read one line of a table of mounts, as in proc_pid_mountinfo(5). False, with *ret left
 * alone, where it is of any other file system.
 */
bool automount_read_line(const char *line, struct automount *ret);

/*
 * Look an automount up by its super block. The table is read once, and once more for one
 * that it did not have. *ret is all false where it cannot be told. 0 or -ENOMEM.
 */
MUST_CHECK int sys_automount(uint64_t superblock, struct automount *ret);

/* Free what was read. */
void sys_automounts_done(void);
