/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/in_outer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "observe/pin_paths.h"
#include "observe/place_in_copy.h"
#include "observe/side.h"

/*
 * Below a mount that the outer bind comes without, its source shows something else. A
 * recursive one comes without what is mounted at this very place. Returns 0 where there is
 * none, 1 with *ret filled, or -errno.
 */
static int look_in_copy(const struct want *outer, const char *rest, bool is_mount_root,
			struct pinned_path *ret)
{
	struct file_id file_id = {0};
	int fd = -1;

	if (outer->recursive && !is_mount_root)
		return 0;
	fd = outer->recursive ? place_beneath(outer, rest, &file_id)
			      : place_in_copy(outer, rest, &file_id);
	if (fd < 0 && outer->recursive && fd != -ENOMEM)
		return 0;
	if (fd < 0)
		return fd;
	pinned_path_done(ret);
	ret->fd = fd;
	ret->file_id = file_id;
	return 1;
}

/* The path of the target will lead through a file, or a symlink. */
static bool is_in_the_way(int number)
{
	return number == ENOTDIR || number == ELOOP;
}

static bool is_same_file(const struct file_id *a, const struct file_id *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* *ret_by_name is what the path of the place leads to now. */
static int pin_place(const struct view *view, const struct want *want,
		     const struct want *outer, const char *place, struct pinned_path *ret,
		     struct file_id *ret_by_name, struct error *err)
{
	const char *rest = path_rest(want->target, outer->target);
	struct view whole = *view;
	int pinned = 0;
	int r = 0;

	/* By its name, what is at the target now would be looked into. */
	whole.opens_all = true;
	pinned = pin_target(&whole, place, !want_is_there(want), ret, err);
	*ret_by_name = ret->file_id;
	if (pinned < 0 && !is_in_the_way(err->number))
		return -1;
	if (ret->untriggered)
		return 0;
	r = look_in_copy(outer, rest, ret->file_id.is_mount_root, ret);
	if (r == -ENOMEM)
		return error_no_memory(err);
	if (r == 0 || (pinned < 0 && r < 0 && r != -ENOENT))
		return pinned;
	if (is_in_the_way(-r))
		return refuse_target(place, -r, err);
	if (r < 0)
		pinned_path_done(ret);
	return 0;
}

int pin_in_outer(const struct view *view, const struct want *want, const struct want *outer,
		 struct pinned_path *ret, struct error *err)
{
	const char *rest = path_rest(want->target, outer->target);
	scoped_mem char *place = path_join(outer->source, rest);
	struct file_id by_name = {0};
	int r = place ? pin_place(view, want, outer, place, ret, &by_name, err)
		      : error_no_memory(err);

	ret->is_to_come = true;
	if (r == 0 && is_same_file(&by_name, &ret->file_id))
		ret->seen_at = STEAL(place);
	return r;
}

static int check_place(const struct view *view, const struct want *want,
		       const struct want *outer, struct error *err)
{
	struct pinned_path place = {.fd = -1};
	struct error why = {0};
	int r = pin_in_outer(view, want, outer, &place, &why);

	pinned_path_done(&place);
	if (r < 0 && why.kind == ERROR_MEMORY)
		return error_no_memory(err);
	/* What the source is like beside that is for its own bind to tell. */
	if (r == 0 || !is_in_the_way(why.number) || (why.number == ELOOP && want->follow))
		return 0;
	*err = why;
	return -1;
}

int check_in_outer(const struct view *view, const struct want *want, struct error *err)
{
	const struct want *outer = view_outer(view, want);

	return outer && !want_is_there(want) ? check_place(view, want, outer, err) : 0;
}
