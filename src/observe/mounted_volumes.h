/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file systems are mounted as a whole and take writes, so that a read-only bind is
 * not all that is left of them. Read when the first bind asks for it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct mounted_volumes {
	struct volume_mount *items; /* sorted by super block */
	size_t count;
	bool is_read;
};

/* Free what it owns; safe on {0} and twice. */
void mounted_volumes_done(struct mounted_volumes *volumes);

/*
 * Whether the file system with this super block is mounted so, anywhere that is seen from
 * here. What the table names is read again before it counts. 0 or -errno.
 */
MUST_CHECK int mounted_volumes_have(struct mounted_volumes *volumes, uint64_t superblock,
				    bool *ret);
