/*
 * What other processes' views are compared with: where one bind's source and target lie in
 * their file systems, which is the same in every mount namespace.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"
#include "observe/mount_cache.h"
#include "request/want.h"

/* A directory or file by its place in a file system; root is NULL where there is none. */
struct spot {
	uint64_t superblock; /* as in struct mount */
	char *root;
};

struct held {
	size_t bind; /* its number in the request */
	char *source;
	char *target;
	uint64_t dev; /* the source's, 0 where it does not exist */
	uint64_t ino;
	struct spot from;     /* the source */
	struct spot top;      /* what is mounted at the target now */
	struct spot place;    /* what that is mounted on */
	struct spot *covered; /* what lies below the mounts at and above the source */
	size_t n_covered;
};

/*
 * Look at the two paths, symlinks resolved, of bind number `bind`. What cannot be seen is
 * left out. Returns 0 with *ret filled, give it to held_done(); -1 when there is no memory.
 */
MUST_CHECK int held_look(struct mounts *mounts, const struct want *want, size_t bind,
			 struct held *ret);

/* Free what it owns; safe on {0} and twice. */
void held_done(struct held *held);

/* True when the mount shows this spot. */
bool spot_is_shown(const struct spot *spot, const struct mount *m);
