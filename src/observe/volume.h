/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes that come and go: does the source lie on the mount that is asked for, and does
 * the target show a file system that the source's path has lost? Pure.
 */
#pragma once

#include <stdbool.h>

#include "observe/have.h"
#include "request/want.h"

/* Who says which mount the source must lie on; the first that does counts. */
enum volume_by {
	VOLUME_BY_NOBODY,
	VOLUME_BY_REQUEST, /* "source_mount" */
	VOLUME_BY_LINE,    /* the bind's own line in fstab */
	VOLUME_BY_FSTAB,   /* the mount points that fstab lists */
	VOLUME_BY_MEMORY,  /* where it lay when the bind was as asked, want->seen_on */
};

struct volume {
	enum volume_by by;
	const char *path; /* borrowed; NULL: the source itself must be a mount point */
};

/* The mount that the source must lie on; a removal asks for none. */
struct volume volume_of(const struct want *want, const struct have *have);

/*
 * True when the source is on the mount of volume_of(), or when that is none; where fstab
 * lists it, or it is remembered, it is enough that it is mounted. A bind of the source onto itself does not
 * count as its mount point.
 */
bool volume_is_there(const struct want *want, const struct have *have);

/*
 * True when the top layer looks like what a bind keeps of a volume that was unmounted: a
 * read-only mount of another file system, whose root path is the end of the source's path;
 * and nothing is mounted at the path that is left of it. Whether the source is empty, and
 * the file system mounted elsewhere, is worth reading only then.
 */
bool volume_may_have_left(const struct want *want, const struct have *have);

/*
 * True when it looks so, and the source is on the volume no more: it is not on the mount
 * that is asked for or, when none is, it is missing, or an empty directory on which nothing
 * is mounted, and the volume is mounted nowhere else.
 */
bool volume_has_left(const struct want *want, const struct have *have);

/*
 * True when the source is as bare as that, but the volume is mounted elsewhere: it was
 * moved, or the source is a new one that was never on it.
 */
bool volume_has_moved(const struct want *want, const struct have *have);

/* How long the part of the source's path is at which the lost volume was mounted. */
size_t volume_point_length(const struct want *want, const struct have *have);
