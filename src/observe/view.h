/* SPDX-License-Identifier: Apache-2.0 */
/* What looking at one bind shares with looking at the others of a run. */
#pragma once

#include <stdbool.h>

#include "fstab/snapshot.h"
#include "observe/gone_copies.h"
#include "observe/made_sources.h"
#include "observe/mount_cache.h"
#include "observe/seen.h"
#include "observe/turn.h"
#include "request/request.h"

/* All borrowed. */
struct view {
	struct mounts *mounts;
	const struct request *req;
	const struct fstab_snapshot *snapshot; /* NULL: fstab is not looked at */
	struct turn *turns;        /* one for each bind; NULL: there is no order */
	struct made_sources *made; /* check mode; or NULL */
	struct gone_copies *gone;  /* the same */
	struct seen *seen;         /* where apply/ leaves what it saw; NULL: nowhere */
	double deadline;           /* clock_now(); 0: none */
	bool opens_all; /* what is looked at is to be changed: by its descriptor */
};

/* True when a bind shall be there at this path: by the request, or by a line of robind's. */
bool view_has_target(const struct view *view, const char *path);

/*
 * In check mode: the bind at this mount point that a run would have done by now, or NULL.
 * Borrowed from the request.
 */
const struct want *view_earlier(const struct view *view, const char *point);

/* Check mode: a run would have detached this mount by now; `m` has its texts. */
bool view_has_taken(const struct view *view, const struct mount *m);

/* Check mode: take those out of a list. */
void view_drop_taken(const struct view *view, struct mount_list *list);

/*
 * Check mode: of the places at or above this path the one from which a run would have taken mounts
 * by now, with nothing to be taken away from where they were; *base is the id of the mount there.
 * NULL: there is none. Borrowed.
 */
const char *view_taken_above(const struct view *view, const char *path, uint64_t *base);

/* Check mode: what would have gone along from a place at or above the path by now, or NULL. */
const struct gone_copy *view_copy_taken_above(const struct view *view, const char *path);

/* Check mode: note what would have gone along at other places by now. 0 or -ENOMEM. */
MUST_CHECK int view_take_copies(const struct view *view, const struct want *want,
				const struct have *have);

/* Check mode: a run would have removed the target by now, for the bind that it lies in. */
void view_take_target(const struct view *view, const struct want *want);

/* Check mode: a bind would be mounted by now, in whatever is to be purged above it. */
void view_note_made(const struct view *view, const struct want *want);

/* What is at this mount point should have been taken away, and could not be. */
bool view_has_kept(const struct view *view, const char *point);

/* The next bind above a bind that shall be there, or NULL. Borrowed from the request. */
const struct want *view_outer(const struct view *view, const struct want *want);

/* The turn of a bind of the request, or NULL; borrowed. */
struct turn *view_turn(const struct view *view, const struct want *want);
