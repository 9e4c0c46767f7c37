/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detached copies of source mounts to clone binds from. The kernel's cost of a clone grows
 * with the number of mounts attached to what is cloned; a detached copy has none, so that
 * 50,000 binds from one file system cost the same each (Linux 6.15 and later). It is made
 * read-only and private once, and what is cloned from it is so from birth.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "observe/have.h"
#include "observe/mount_cache.h"
#include "request/want.h"

#define CLONES_MAX 16u

struct clones {
	struct clone_base {
		uint64_t mount;
		size_t uses;
		int fd;         /* the detached copy, or -1 where it cannot be used */
		char *point;    /* where the mount is attached */
		char *path;     /* a directory in the copy: binds have theirs in common */
		int dir;        /* that, opened; where there is a path */
		bool is_proved; /* a clone of it was seen to be read-only */
	} bases[CLONES_MAX];
	size_t count;
	bool is_refused; /* this kernel does not clone from detached copies */
};

/* A detached tree that shows the source. */
struct clone {
	int fd;
	uint64_t id;    /* of its mount */
	bool is_set_up; /* it is read-only and private, and has the source's flags */
};

/*
 * Make one; it is to be set up where it is not yet. 0 with ret->fd to be closed, or -errno.
 * The first bind of a mount is cloned from the live one.
 */
MUST_CHECK int clones_make(struct clones *clones, struct mounts *mounts,
			   const struct want *want, const struct have *have,
			   struct clone *ret);

/*
 * A clone of the source itself where it is mounted, with what is mounted below it where it is
 * recursive. A descriptor, or -errno: -ESTALE where what has its path by now is not what was
 * judged by its name.
 */
MUST_CHECK int clone_live(const struct want *want, const struct have *have, bool recursive);

/* Close and free what it owns; safe on {0} and twice. */
void clones_done(struct clones *clones);
