/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/uncovered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "mount/fs_location.h"
#include "observe/place_in_copy.h"

/* A directory with a mount in it that will be gone. */
struct cover {
	char *parent;  /* its path; owned */
	uint64_t base; /* the mount that carries what will be gone */
	int dir;       /* the directory, or -1 */
	bool is_root;  /* it is the root of the mount */
};

static void cover_done(struct cover *cover)
{
	if (cover->dir >= 0)
		(void)close(cover->dir);
	free(cover->parent);
}

static int open_cover(const struct view *view, const char *path, struct cover *ret)
{
	const char *gone = view_taken_above(view, path, &ret->base);
	struct file_id file_id = {0};

	if (!gone)
		return 0;
	ret->parent = strdup(gone);
	if (!ret->parent)
		return -ENOMEM;
	if (!path_to_parent(ret->parent))
		return 0;
	ret->dir = open_on_mount(ret->parent, ret->base, &file_id);
	if (ret->dir < 0 || !sys_is_local(ret->dir))
		return 0;
	ret->is_root = file_id.is_mount_root;
	return 1;
}

/* What stays mounted at the path, and on the way to it. */
struct left {
	bool is_above; /* something is, which carries the path */
	uint64_t top;  /* the uppermost mount at the path itself, or 0 */
};

/* Of mounts at one point, by ids and parents, the one that carries no other; or 0. */
static uint64_t find_top(const uint64_t *ids, uint64_t *parents, size_t n)
{
	qsort(parents, n, sizeof(*parents), array_by_uint64);
	for (size_t i = 0; i < n; i++) {
		if (!bsearch(&ids[i], parents, n, sizeof(*parents), array_by_uint64))
			return ids[i];
	}
	return 0;
}

static int note_left(const struct view *view, const struct mount_list *list,
		     const char *path, struct left *ret)
{
	scoped_mem uint64_t *ids = calloc(list->count + 1, sizeof(*ids));
	scoped_mem uint64_t *parents = calloc(list->count + 1, sizeof(*parents));
	size_t n = 0;

	if (!ids || !parents)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		const struct mount *m = &list->items[i];

		if (view_has_taken(view, m))
			continue;
		ret->is_above |= path_is_below(path, m->point);
		if (strcmp(path, m->point) != 0)
			continue;
		ids[n] = m->id;
		parents[n++] = m->parent;
	}
	ret->top = find_top(ids, parents, n);
	return 0;
}

/* 0 or -errno. */
static int look_for_left(const struct view *view, const struct cover *cover,
			 const char *path, struct left *ret)
{
	struct mount_list list = {0};
	int r = mounts_below(view->mounts, cover->base, cover->parent, cover->is_root, true,
			     &list);

	if (r == 0)
		r = note_left(view, &list, path, ret);
	mount_list_done(&list);
	return r;
}

/* Open what the mount has at the place. Returns 1; 0 where that cannot be told; or as below. */
static int open_place(const struct cover *cover, const char *path, struct pinned_path *ret)
{
	scoped_fd int tree = copy_without_mounts(cover->dir);
	int fd = -1;

	if (tree < 0)
		return 0;
	fd = sys_open_within(tree, path_rest(path, cover->parent), true);
	ret->fd = fd < 0 ? -1 : fd;
	if (fd >= 0 && sys_stat(fd, &ret->file_id) < 0)
		pinned_path_done(ret);
	if (fd == -ENOTDIR || fd == -ELOOP)
		return fd;
	return fd >= 0 || fd == -ENOENT;
}

static int look_at_place(const struct view *view, const char *path, struct pinned_path *ret,
			 uint64_t *carrier)
{
	struct cover cover = {.dir = -1};
	struct left left = {0};
	int r = open_cover(view, path, &cover);

	if (r > 0 && look_for_left(view, &cover, path, &left) < 0)
		r = 0;
	if (r > 0)
		r = left.is_above ? 0 : open_place(&cover, path, ret);
	if (r > 0) {
		ret->file_id.mount = left.top ? left.top : cover.base;
		ret->file_id.is_mount_root = left.top != 0;
		*carrier = cover.base;
	}
	cover_done(&cover);
	return r;
}

/* ---- a mount of which the root comes to light ---- */

/*
 * It cannot be opened; but where it shows what the target will be from which the other one is
 * taken, that has the same to show. 1, 0, or -ENOMEM.
 */
static int shows_target(const char *target, uint64_t carrier, const struct mount *m)
{
	struct mount on = {0};
	struct fs_location at = {0};
	int r = sys_mount(carrier, true, &on);

	if (r == 0)
		r = fs_location_find(&on, target, &at);
	if (r == 0)
		r = at.root && fs_location_is_shown(&at, m);
	fs_location_done(&at);
	mount_done(&on);
	return r < 0 && r != -ENOMEM ? 0 : r;
}

/* What stays mounted in it, at the path or above that; it is the mount at its own point. */
static int look_in_mount(const struct view *view, const struct mount *m, const char *path,
			 struct file_id *ret)
{
	struct mount_list list = {0};
	struct left left = {0};
	int r = mounts_below(view->mounts, m->id, m->point, true, true, &list);

	if (r == 0)
		r = note_left(view, &list, path, &left);
	mount_list_done(&list);
	if (r < 0 || left.is_above)
		return r < 0 ? r : 0;
	ret->mount = left.top ? left.top : m->id;
	ret->is_mount_root = left.top != 0 || strcmp(path, m->point) == 0;
	return 1;
}

static int look_at_root(const struct view *view, const struct gone_copy *copy,
			const struct mount *m, const char *path, struct pinned_path *ret)
{
	scoped_mem char *same = path_join(copy->target, path_rest(path, m->point));
	uint64_t carrier = 0;
	int r = same ? look_at_place(view, same, ret, &carrier) : -ENOMEM;

	if (r > 0)
		r = shows_target(copy->target, carrier, m);
	if (r > 0)
		r = look_in_mount(view, m, path, &ret->file_id);
	if (r <= 0)
		pinned_path_done(ret);
	return r;
}

int uncovered_look(const struct view *view, const char *path, struct pinned_path *ret,
		   uint64_t *carrier)
{
	const struct gone_copy *copy = view_copy_taken_above(view, path);
	const char *point = NULL;
	struct mount m = {0};
	int r = 0;

	if (copy)
		point = view_taken_above(view, path, carrier);
	if (point && point == copy->point && sys_mount(*carrier, true, &m) == 0 &&
	    strcmp(m.point, point) == 0)
		r = look_at_root(view, copy, &m, path, ret);
	else
		r = look_at_place(view, path, ret, carrier);
	mount_done(&m);
	return r;
}
