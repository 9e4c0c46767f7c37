/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/submounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/line.h"
#include "fstab/snapshot.h"
#include "kernel/mount_query.h"
#include "observe/source_below.h"

/*
 * Find the mount at the same relative place of the source that shows the same tree. Both
 * lists are sorted by point, so `*from` only moves on: one pass over both.
 */
static bool match(const struct want *want, struct have *have, const struct mount *m,
		  size_t *from)
{
	const char *rest = path_rest(m->point, want->target);

	for (size_t i = *from; want->source && i < have->source_below.count; i++) {
		const struct mount *s = &have->source_below.items[i];
		int order = strcmp(path_rest(s->point, want->source), rest);

		if (order > 0)
			break;
		if (order < 0) {
			*from = i + 1;
		} else if (!have->is_matched[i] && mount_is_same_tree(s, m)) {
			have->is_matched[i] = true;
			return true;
		}
	}
	return false;
}

/* The bind that the request names for this place, or NULL; what it purges it does not name. */
static const struct want *named_at(const struct view *view, const char *point)
{
	size_t i = hash_table_get(&view->req->targets, point, strlen(point));

	return i < view->req->n_named ? &view->req->wants[i] : NULL;
}

/* Its own turn judges it; unless that is over, and has left something writable there. */
static bool is_in_request(const struct view *view, const struct mount *m)
{
	const struct want *named = named_at(view, m->point);
	const struct turn *turn = named ? view_turn(view, named) : NULL;

	return named && want_is_there(named) &&
	       !(turn && turn->is_over && !turn->is_done && !mount_is_read_only(m));
}

/* The tree of a recursive bind that lies within this one is that bind's own. */
static int find_inner_tree(const struct view *view, const struct want *want,
			   const struct mount *m, enum below_kind *ret)
{
	scoped_mem char *point = strdup(m->point);

	if (!point)
		return -ENOMEM;
	while (path_to_parent(point) && path_is_below(point, want->target)) {
		const struct want *named = named_at(view, point);
		const struct fstab_entry *line =
			view->snapshot ? snapshot_find_ours(view->snapshot, point) : NULL;

		if (named && want_is_there(named) && named->recursive)
			*ret = BELOW_REQUEST;
		else if (!named && line && line_look(line).is_recursive)
			*ret = BELOW_IN_FSTAB;
		if (named || line)
			break;
	}
	return 0;
}

static enum below_kind below_kind_of(const struct view *view, const struct want *want,
				     struct have *have, const struct mount *m, size_t *from)
{
	bool is_self = want_is_self(want);
	bool is_copy = false;

	/* Nobody sees the original below a self-bind, so the copy is all there is of it. */
	is_copy = !(is_self && want_is_there(want) && !want->recursive) &&
		  match(want, have, m, from);
	if (view_has_kept(view, m->point))
		return BELOW_KEPT;
	if (is_copy)
		return BELOW_COPY;
	if (is_in_request(view, m))
		return BELOW_REQUEST;
	if (view->snapshot && strcmp(m->root, "/") != 0 &&
	    snapshot_find_ours(view->snapshot, m->point))
		return BELOW_IN_FSTAB;
	/* Whatever is mounted below a self-bind is mounted on it, and not on the source. */
	if (want->recursive && !is_self && mount_is_read_only(m) && have->n_layers > 0)
		return BELOW_LEFT;
	return BELOW_FOREIGN;
}

/*
 * A mount of the source is not missed at the place of another bind of the request, nor
 * below that, and cannot come where the request wants none. What is mounted there already
 * goes on with it.
 */
static int leave_places(const struct view *view, const struct want *want, struct have *have)
{
	scoped_mem char *given = NULL;

	for (size_t i = 0; want->recursive && i < have->source_below.count; i++) {
		const char *point = have->source_below.items[i].point;
		scoped_mem char *place =
			path_join(want->target, path_rest(point, want->source));
		const struct want *named = place ? named_at(view, place) : NULL;

		if (!place)
			return -ENOMEM;
		if (named && want_is_gone(named))
			have->barred = &have->source_below.items[i];
		if (!named || !want_is_there(named)) {
			have->is_matched[i] |= given && path_is_below(place, given);
			continue;
		}
		have->is_matched[i] = true;
		have->is_given[i] = !mount_list_find(&have->below, place);
		free(given);
		given = STEAL(place);
	}
	return 0;
}

int submounts_read(const struct view *view, const struct want *want, bool again,
		   struct have *have)
{
	const struct pinned_path *target = &have->target;
	bool is_there = pinned_path_is_there(target) && pinned_path_is_directory(target);
	size_t from = 0;
	int r = 0;

	if (have->n_layers == 0 && !want_is_there(want))
		return 0;
	if (is_there)
		r = mounts_below(view->mounts, target->file_id.mount, want->target,
				 target->file_id.is_mount_root, again && want->recursive,
				 &have->below);
	view_drop_taken(view, &have->below);
	if (r == 0 && (want->recursive || have->below.count > 0))
		r = source_below_read(view, want, have);
	if (r < 0)
		return r;
	have->below_kinds = calloc(have->below.count + 1, sizeof(*have->below_kinds));
	if (!have->below_kinds)
		return -ENOMEM;
	for (size_t i = 0; i < have->below.count; i++) {
		const struct mount *m = &have->below.items[i];
		enum below_kind *kind = &have->below_kinds[i];

		*kind = below_kind_of(view, want, have, m, &from);
		if (*kind == BELOW_LEFT && find_inner_tree(view, want, m, kind) < 0)
			return -ENOMEM;
	}
	return leave_places(view, want, have);
}
