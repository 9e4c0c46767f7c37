/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/pin_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"
#include "observe/automount.h"
#include "observe/side.h"

/* Note that the place cannot be looked at, because of the automount at `path`. */
static int leave_untriggered(const char *path, struct pinned_path *place)
{
	pinned_path_done(place);
	place->untriggered = strdup(path);
	return place->untriggered ? 0 : -ENOMEM;
}

/* By its name, where nothing is to be changed and the descriptor is not needed. */
static int look_at(const struct side *side, struct pinned_path *place)
{
	int r = side->is_pinned ? -EAGAIN : sys_glance(side->path, &place->file_id);

	if (r != -EAGAIN) {
		place->fd = r == 0 ? PINNED_BY_NAME : -1;
		return r;
	}
	place->fd = sys_open(side->path);
	return place->fd < 0 ? place->fd : sys_stat_mount(place->fd, &place->file_id);
}

static int pin(const struct side *side, struct pinned_path *place)
{
	int r = look_at(side, place);

	if (place->fd < 0 && place->fd != PINNED_BY_NAME)
		place->fd = -1;
	return r == -EREMOTE ? leave_untriggered(path_last_obstacle(), place) : r;
}

/* Have the automount at the path mount what it would, for who may. */
static int trigger(const struct view *view, const struct side *side,
		   struct pinned_path *place)
{
	if (view->req->check_mode)
		return leave_untriggered(side->path, place);
	pinned_path_done(place);
	place->fd = sys_trigger(side->path);
	return place->fd < 0 ? place->fd : sys_stat(place->fd, &place->file_id);
}

static int pin_side(const struct view *view, const struct side *side,
		    struct pinned_path *ret, struct error *err)
{
	bool is_auto = false;
	int r = pin(side, ret);

	if (r == 0 && !ret->untriggered) {
		r = automount_waits(view, side->path, &ret->file_id, &is_auto);
		/* ENOENT: the path is there, and its mount no more. Without statmount(2) the
		 * mount that a chroot lies on is not seen either. */
		if (r < 0 && (r != -ENOENT || features_found()->view_calls))
			return look_failed(side->path, r, err);
	}
	if (is_auto && !side->is_left &&
	    !(side->is_target && automount_is_copy(&ret->file_id)))
		r = trigger(view, side, ret);
	if (r == -ENOENT) {
		pinned_path_done(ret);
		return 0;
	}
	return r < 0 ? side_refuse(side, -r, err) : 0;
}

int pin_source(const struct view *view, const char *path, bool must_answer,
	       struct pinned_path *ret, struct error *err)
{
	struct side side = side_of_source(path);
	int r = 0;

	/* What shall be gone is taken away by its descriptor. */
	side.is_pinned = view->opens_all || (!must_answer && !view->req->check_mode);
	r = pin_side(view, &side, ret, err);
	if (r == 0 && must_answer && ret->file_id.failure)
		return side_refuse(&side, ret->file_id.failure, err);
	if (r < 0 && !must_answer && errno_is_of_failed_fs(err->number))
		return 0;

	/* Below a file there is no source either, and an earlier step may yet make it. */
	return r < 0 && err->number == ENOTDIR ? 0 : r;
}

int pin_source_mount(const struct view *view, const char *path, struct pinned_path *ret,
		     struct error *err)
{
	const struct side side = side_of_source_mount(path);
	int r = pin_side(view, &side, ret, err);

	return r < 0 && err->number == ENOTDIR ? 0 : r;
}

int pin_target(const struct view *view, const char *path, bool is_left,
	       struct pinned_path *ret, struct error *err)
{
	struct side side = side_of_target(path);
	int r = 0;

	side.is_left = is_left;
	side.is_pinned = is_left || view->opens_all;
	r = pin_side(view, &side, ret, err);

	if (r == 0 && ret->file_id.failure && !ret->file_id.is_mount_root)
		return side_refuse(&side, ret->file_id.failure, err);
	return r;
}
