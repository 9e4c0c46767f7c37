/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/pin_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/failure.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"
#include "observe/automount.h"

/* One of the paths of a bind. */
struct side {
	const char *member; /* of the request, for errors */
	const char *path;
	enum error_kind missing; /* what it is when nothing is there */
	bool is_target;
	bool is_left;   /* an automount at the end is looked at as it is */
	bool is_pinned; /* its descriptor is needed */
};

static struct side source_side(const char *path)
{
	return (struct side){"source", path, ERROR_SOURCE_MISSING, .is_target = false};
}

static struct side source_mount_side(const char *path)
{
	return (struct side){"source_mount", path, ERROR_SOURCE_MISSING,
			     .is_target = false};
}

static struct side target_side(const char *path)
{
	return (struct side){"target", path, ERROR_TARGET_MISSING, .is_target = true};
}

static int refuse_symlink(const struct side *side, int number, struct error *err)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, side->member);
	scoped_mem char *link = sys_find_symlink(side->path);
	scoped_mem char *real = NULL;
	int r = 0;

	if (!link)
		return error_set(
			err, ERROR_SYMLINK, number, at,
			"a component of '%s' is a symlink; name the real path or say "
			"\"follow\": true",
			side->path);
	r = sys_resolve(side->path, &real);
	if (r < 0)
		return error_set(err, ERROR_SYMLINK, number, at,
				 "'%s' is a symlink that leads %s; name another path", link,
				 r == -ELOOP ? "in a circle" : "nowhere");
	return error_set(
		err, ERROR_SYMLINK, number, at,
		"'%s' is a symlink; name the real path '%s' or say \"follow\": true", link,
		real);
}

static int refuse_automount(const struct side *side, int number, struct error *err)
{
	(void)number; /* EREMOTEIO is between the kernel's calls and us */
	return error_set(err, side->missing, ENOENT, PTR_KEY(PTR_ROOT, side->member),
			 "the automount '%s', on the way to '%s', mounts nothing; see to "
			 "its daemon and its map",
			 path_last_obstacle(), side->path);
}

static int refuse_without_memory(const struct side *side, int number, struct error *err)
{
	(void)side;
	(void)number;
	return error_no_memory(err);
}

/* clang-format off */
static const struct {
	int number;
	int (*refuse)(const struct side *side, int number, struct error *err);
} refusals[] = {
	{ ELOOP,     refuse_symlink },
	{ EREMOTEIO, refuse_automount },
	{ ENOMEM,    refuse_without_memory },
};
/* clang-format on */

static int open_failed(const struct side *side, int number, struct error *err)
{
	const struct failure failure = {
		.call = CALL_REACH,
		.number = number,
		.path = side->path,
		.at = PTR_KEY(PTR_ROOT, side->member),
		.obstacle = path_last_obstacle(),
	};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		if (refusals[i].number == number)
			return refusals[i].refuse(side, number, err);
	}
	return failure_set(err, &failure);
}

int look_failed(const char *path, int r, struct error *err)
{
	const struct failure failure = {
		.call = CALL_READ_MOUNTS,
		.number = -r,
		.path = path,
		.at = PTR_ROOT,
		.obstacle = path_last_obstacle(),
	};

	return r == -ENOMEM ? error_no_memory(err) : failure_set(err, &failure);
}

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
		if (r < 0) /* ENOENT too: the path is there, its mount is no more */
			return look_failed(side->path, r, err);
	}
	if (is_auto && !side->is_left &&
	    !(side->is_target && automount_is_copy(&ret->file_id)))
		r = trigger(view, side, ret);
	if (r == -ENOENT) {
		pinned_path_done(ret);
		return 0;
	}
	return r < 0 ? open_failed(side, -r, err) : 0;
}

int pin_source(const struct view *view, const char *path, bool must_answer,
	       struct pinned_path *ret, struct error *err)
{
	struct side side = source_side(path);
	int r = 0;

	/* What shall be gone is taken away by its descriptor. */
	side.is_pinned = view->opens_all || (!must_answer && !view->req->check_mode);
	r = pin_side(view, &side, ret, err);
	if (r == 0 && must_answer && ret->file_id.failure)
		return open_failed(&side, ret->file_id.failure, err);
	if (r < 0 && !must_answer && errno_is_of_failed_fs(err->number))
		return 0;

	/* Below a file there is no source either, and an earlier step may yet make it. */
	return r < 0 && err->number == ENOTDIR ? 0 : r;
}

int pin_source_mount(const struct view *view, const char *path, struct pinned_path *ret,
		     struct error *err)
{
	const struct side side = source_mount_side(path);
	int r = pin_side(view, &side, ret, err);

	return r < 0 && err->number == ENOTDIR ? 0 : r;
}

int refuse_target(const char *path, int number, struct error *err)
{
	const struct side side = target_side(path);

	return open_failed(&side, number, err);
}

int pin_target(const struct view *view, const char *path, bool is_left,
	       struct pinned_path *ret, struct error *err)
{
	struct side side = target_side(path);
	int r = 0;

	side.is_left = is_left;
	side.is_pinned = is_left || view->opens_all;
	r = pin_side(view, &side, ret, err);

	if (r == 0 && ret->file_id.failure && !ret->file_id.is_mount_root)
		return open_failed(&side, ret->file_id.failure, err);
	return r;
}

static int resolve_side(const struct side *side, char **ret, struct error *err)
{
	int r = sys_resolve(side->path, ret);

	if (r == -ELOOP)
		return error_set(err, ERROR_SYMLINK, ELOOP, PTR_KEY(PTR_ROOT, side->member),
				 "the symlinks of '%s' lead in a circle; name another path",
				 side->path);
	if (r == -ENOENT)
		return error_set(err, ERROR_SYMLINK, ENOENT,
				 PTR_KEY(PTR_ROOT, side->member),
				 "a symlink of '%s' leads nowhere; name another path",
				 side->path);
	return r < 0 ? open_failed(side, -r, err) : 0;
}

int resolve_target(const char *path, char **ret, struct error *err)
{
	const struct side side = target_side(path);

	return resolve_side(&side, ret, err);
}

/* What a request must not ask for in plain words, it must not by way of symlinks. */
static int check_resolved(const struct want *real, const char *asked, struct error *err)
{
	bool is_there = want_is_there(real);
	const char *why = NULL;

	if (strcmp(real->target, "/") == 0)
		why = "the root directory";
	else if (is_there && strcmp(real->source, real->target) != 0 &&
		 path_rest(real->source, real->target))
		why = "above its own source";
	else if (is_there && real->recursive && path_rest(real->target, real->source))
		why = "in the source of its recursive bind";
	if (!why)
		return 0;
	return error_set(err, ERROR_SYMLINK, 0, PTR_KEY(PTR_ROOT, "target"),
			 "'%s' leads to '%s', which is %s; name another path", asked,
			 real->target, why);
}

/* Below a file nothing is mounted, and more is not asked of what shall be gone. */
static int resolve_or_keep(const struct side *side, bool shall_be_gone, char **ret,
			   struct error *err)
{
	int r = resolve_side(side, ret, err);

	if (r == 0 || err->number != ENOTDIR || !shall_be_gone)
		return r;
	*ret = strdup(side->path);
	return *ret ? 0 : error_no_memory(err);
}

int resolve_paths(const struct want *want, struct want *real, struct error *err)
{
	bool shall_be_gone = want_is_gone(want) || want_of_fstab(want) == DECIDES_GONE;
	const struct side target = target_side(want->target);
	const struct side source = source_side(want->source);
	const struct side mount = source_mount_side(want->source_mount.path);
	int r = resolve_or_keep(&target, shall_be_gone, &real->target, err);

	if (r == 0 && want->source)
		r = resolve_or_keep(&source, shall_be_gone, &real->source, err);
	if (r == 0 && want->source_mount.path)
		r = resolve_side(&mount, &real->source_mount.path, err);
	return r < 0 ? r : check_resolved(real, want->target, err);
}
