/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other processes' views are compared with: where one bind's source and target lie in
 * their file systems, which is the same in every mount namespace.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/fs_location.h"
#include "observe/mount_cache.h"
#include "observe/source_location.h"
#include "request/want.h"

struct bind_location {
	size_t bind; /* its number in the request */
	char *source;
	char *target;
	uint64_t dev; /* the source's, 0 where it does not exist */
	uint64_t ino;
	struct source_location from; /* the source */
	struct fs_location top;      /* what is mounted at the target now */
	struct fs_location place;    /* what that is mounted on */
};

/*
 * Look at the two paths, symlinks resolved, of bind number `bind`. What cannot be seen is
 * left out. Returns 0 with *ret filled, give it to bind_location_done(); -1 when there is
 * no memory.
 */
MUST_CHECK int bind_location_look(struct mounts *mounts, const struct want *want,
				  size_t bind, struct bind_location *ret);

/* Free what it owns; safe on {0} and twice. */
void bind_location_done(struct bind_location *location);
