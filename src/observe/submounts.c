#include "observe/submounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/snapshot.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* Take out of a list what is in the other one too. */
static void drop_common(struct mount_list *list, const struct mount_list *others)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		bool is_other = false;

		for (size_t n = 0; !is_other && n < others->count; n++)
			is_other = others->items[n].id == list->items[i].id;
		if (is_other)
			mount_done(&list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

/*
 * The path of a self-bind's source leads to the bind. What the source has lies hidden on
 * the mount below it, beside the bind itself and what is mounted on that.
 */
static int read_hidden(const struct view *view, const struct want *want, struct have *have)
{
	const struct mount *lowest = &have->layers[have->n_layers - 1].mount;
	struct mount_list on_it = {0};
	int r = mounts_below(view->mounts, lowest->id, want->source, true, true, &on_it);

	if (r == 0)
		r = mounts_below(view->mounts, have->base, want->source, have->is_base_here,
				 true, &have->source_below);
	if (r == 0)
		drop_common(&have->source_below, &on_it);
	mount_list_done(&on_it);
	return r;
}

/* Take out of a list what would be gone by now. */
static void drop_taken(const struct view *view, struct mount_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (view_has_taken(view, &list->items[i]))
			mount_done(&list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

/* What lies on one target of the request may be another one, and was found with both. */
static void sort_without_doubles(struct mount_list *list)
{
	size_t kept = 0;

	qsort(list->items, list->count, sizeof(*list->items), mount_by_point_and_id);
	for (size_t i = 0; i < list->count; i++) {
		if (kept > 0 &&
		    mount_by_point_and_id(&list->items[kept - 1], &list->items[i]) == 0)
			mount_done(&list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static bool has_point(const struct mount_list *list, const char *point)
{
	const struct mount key = {.point = point};

	return list->count > 0 && bsearch(&key, list->items, list->count,
					  sizeof(*list->items), mount_by_point);
}

/*
 * Check mode: one that would be mounted by now. What it shows does not matter: no mount
 * below the target is a copy of one that is not there yet.
 */
static int add_planned(const char *point, struct mount_list *list)
{
	struct mount m = {.propagation = PROPAGATION_PRIVATE};

	if (ARRAY_RESERVE(list->items, list->count, 1) < 0 ||
	    mount_set_text(&m, "", point, "") < 0)
		return -ENOMEM;
	list->items[list->count++] = m;
	return 0;
}

/* One that was mounted meanwhile, with what came along with it. */
static int add_made(struct mounts *mounts, const char *point, struct mount_list *list)
{
	scoped_fd int fd = sys_open(point);
	struct mount_list on_it = {0};
	struct file_id file_id = {0};
	struct mount m = {0};
	int r = fd < 0 ? fd : sys_stat_mount(fd, &file_id);

	if (r < 0 || !file_id.is_mount_root)
		return r == -ENOMEM ? r : 0;
	r = sys_mount(file_id.mount, true, &m);
	if (r == 0)
		r = mounts_below(mounts, m.id, point, true, true, &on_it);
	if (r == 0 && ARRAY_RESERVE(list->items, list->count, on_it.count + 1) < 0)
		r = -ENOMEM;
	if (r < 0) {
		mount_done(&m);
		mount_list_done(&on_it);
		return r == -ENOENT ? 0 : r;
	}
	list->items[list->count++] = m;
	for (size_t i = 0; i < on_it.count; i++)
		list->items[list->count++] = on_it.items[i];
	free(on_it.items);
	return 0;
}

/* The table of mounts is older than what this run itself has mounted in the source. */
static int add_of_this_run(const struct view *view, const struct want *want,
			   struct mount_list *list)
{
	struct target_range in = targets_below(&view->req->by_path, want->source);
	size_t n_found = list->count;
	int r = 0;

	for (size_t i = in.first; r == 0 && view->turns && i < in.end; i++) {
		const struct target_place *place = &view->req->by_path.items[i];
		const struct mount_list found = {list->items, n_found};

		if (!view->turns[place->want].is_done || has_point(&found, place->target))
			continue;
		r = view->req->check_mode ? add_planned(place->target, list)
					  : add_made(view->mounts, place->target, list);
	}
	if (list->count > n_found)
		sort_without_doubles(list);
	return r;
}

static int read_below_source(const struct view *view, const struct want *want,
			     struct have *have)
{
	const struct pinned_path *source = &have->source;
	int r = 0;

	if (!pinned_path_is_there(source) || !pinned_path_is_directory(source))
		return 0;
	if (want_is_self(want) && have->n_layers > 0)
		r = read_hidden(view, want, have);
	else
		r = mounts_below(view->mounts, source->file_id.mount, want->source,
				 source->file_id.is_mount_root, false, &have->source_below);
	drop_taken(view, &have->source_below);
	if (r == 0 && want->recursive)
		r = add_of_this_run(view, want, &have->source_below);
	if (r < 0)
		return r;
	have->is_matched = calloc(have->source_below.count + 1, sizeof(*have->is_matched));
	have->is_given = calloc(have->source_below.count + 1, sizeof(*have->is_given));
	return have->is_matched && have->is_given ? 0 : -ENOMEM;
}

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
	       !(turn && turn->has_failed && !mount_is_read_only(m));
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
		have->is_given[i] = !has_point(&have->below, place);
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
	drop_taken(view, &have->below);
	if (r == 0 && (want->recursive || have->below.count > 0))
		r = read_below_source(view, want, have);
	if (r < 0)
		return r;
	have->below_kinds = calloc(have->below.count + 1, sizeof(*have->below_kinds));
	if (!have->below_kinds)
		return -ENOMEM;
	for (size_t i = 0; i < have->below.count; i++)
		have->below_kinds[i] =
			below_kind_of(view, want, have, &have->below.items[i], &from);
	return leave_places(view, want, have);
}
