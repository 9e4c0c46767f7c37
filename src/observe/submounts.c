#include "observe/submounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "fstab/snapshot.h"

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
	if (r < 0)
		return r;
	have->is_matched = calloc(have->source_below.count + 1, sizeof(*have->is_matched));
	return have->is_matched ? 0 : -ENOMEM;
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

static bool is_in_request(const struct view *view, const char *point)
{
	size_t i = hash_table_get(&view->req->targets, point, strlen(point));

	return i != HASH_TABLE_NONE && want_is_there(&view->req->wants[i]);
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
	if (is_in_request(view, m->point))
		return BELOW_REQUEST;
	if (view->snapshot && strcmp(m->root, "/") != 0 &&
	    snapshot_find_ours(view->snapshot, m->point))
		return BELOW_IN_FSTAB;
	/* Whatever is mounted below a self-bind is mounted on it, and not on the source. */
	if (want->recursive && !is_self && mount_is_read_only(m) && have->n_layers > 0)
		return BELOW_LEFT;
	return BELOW_FOREIGN;
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
	if (r < 0 || have->below.count == 0)
		return r;
	have->below_kinds = calloc(have->below.count, sizeof(*have->below_kinds));
	if (!have->below_kinds)
		return -ENOMEM;
	for (size_t i = 0; i < have->below.count; i++)
		have->below_kinds[i] =
			below_kind_of(view, want, have, &have->below.items[i], &from);
	return 0;
}
