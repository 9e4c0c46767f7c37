/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the place of a failed call. Part of kernel/failure.c. */
#pragma once

#include <stddef.h>

#include "mount/mount.h"

struct failed_place {
	unsigned facts;     /* FACT_FUSE_CLOSED to FACT_IS_DEAD */
	char *folder;       /* the path of what is there of it; NULL: not known */
	struct mount mount; /* that it lies on; {0}: not known */
};

/*
 * Look at what is nearest to `path`, itself or above it, after a call that failed with this
 * errno. What cannot be found out is left out. failed_place_done() frees it.
 */
void failed_place_look(const char *path, int number, struct failed_place *ret);

void failed_place_done(struct failed_place *place);
