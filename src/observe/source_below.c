/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/source_below.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/source_location.h"

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

/* A recursive bind, and the mounts that are found below its source. */
struct looking {
	const struct view *view;
	const struct want *want;
	const struct have *have;
	struct mount_list *list;
};

/* 0 or -ENOMEM. */
static int set_root(struct mount *m, const char *root)
{
	struct mount changed = *m;

	if (mount_set_text(&changed, root, m->point, "") < 0)
		return -ENOMEM;
	free(m->text);
	*m = changed;
	return 0;
}

/*
 * Check mode: what it will show matters where something is mounted at the same place of the
 * target, which may be a copy of what was there before. 0 or -ENOMEM.
 */
static int show_source(struct looking *look, const struct want *bind, struct mount *m)
{
	scoped_mem char *place =
		path_join(look->want->target, path_rest(m->point, look->want->source));
	struct source_location source = {0};
	struct file_id file_id = {0};
	scoped_fd int fd = -1;
	int r = place ? 0 : -ENOMEM;

	if (r < 0 || !mount_list_find(&look->have->below, place))
		return r;
	fd = sys_open(bind->source);
	r = fd < 0 ? fd : sys_stat_mount(fd, &file_id);
	if (r == 0)
		r = source_location_find(look->view->mounts, bind->source, &file_id,
					 &source);
	if (r == 0 && source.at.root) {
		m->superblock = source.at.superblock;
		r = set_root(m, source.at.root);
	}
	source_location_done(&source);
	return r == -ENOMEM ? r : 0;
}

/* A mount that is yet to be made, of the same tree as that one where it is known. 0 or -ENOMEM. */
static int add_at(struct mount_list *list, const char *point, const struct mount *of)
{
	struct mount m = {.propagation = PROPAGATION_PRIVATE};

	if (ARRAY_RESERVE(list->items, list->count, 1) < 0 ||
	    mount_set_text(&m, of ? of->root : "", point, "") < 0)
		return -ENOMEM;
	m.superblock = of ? of->superblock : 0;
	list->items[list->count++] = m;
	return 0;
}

/* What comes along with a recursive one, but for what has a place in the request. 0 or -ENOMEM. */
static int add_along(struct looking *look, const struct want *bind)
{
	const struct view *view = look->view;
	scoped_fd int fd = bind->recursive ? sys_open(bind->source) : -ENOENT;
	struct mount_list on_it = {0};
	struct file_id file_id = {0};
	int r = fd < 0 ? fd : sys_stat_mount(fd, &file_id);

	if (r == 0)
		r = mounts_below(view->mounts, file_id.mount, bind->source,
				 file_id.is_mount_root, false, &on_it);
	view_drop_taken(view, &on_it);
	for (size_t i = 0; r == 0 && i < on_it.count; i++) {
		const struct mount *m = &on_it.items[i];
		scoped_mem char *point =
			path_join(bind->target, path_rest(m->point, bind->source));

		if (!point)
			r = -ENOMEM;
		else if (!view_has_target(view, point))
			r = add_at(look->list, point, m);
	}
	mount_list_done(&on_it);
	return r == -ENOMEM ? r : 0;
}

/* Check mode: one that would be mounted by now. */
static int add_planned(struct looking *look, const struct want *bind)
{
	int r = add_at(look->list, bind->target, NULL);

	if (r == 0)
		r = show_source(look, bind, &look->list->items[look->list->count - 1]);
	return r == 0 ? add_along(look, bind) : r;
}

/* Check mode: one that is there, and would be mended by now. 0 or -ENOMEM. */
static int be_as_asked(struct looking *look, const struct want *bind, struct mount *m)
{
	if (!look->view->req->check_mode)
		return 0;
	if (!bind->read_only_alone)
		m->propagation = PROPAGATION_PRIVATE;
	if (!view_turn(look->view, bind)->shows_other)
		return 0;
	return set_root(m, "") < 0 ? -ENOMEM : show_source(look, bind, m);
}

/*
 * One that was mounted meanwhile, with what came along with it. What the table has at its
 * place may still be there, below it.
 */
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
			   struct have *have)
{
	struct target_range in = targets_below(&view->req->by_path, want->source);
	struct mount_list *list = &have->source_below;
	struct looking look = {view, want, have, list};
	size_t n_found = list->count;
	int r = 0;

	for (size_t i = in.first; r == 0 && view->turns && i < in.end; i++) {
		const struct target_place *place = &view->req->by_path.items[i];
		const struct mount_list found = {list->items, n_found};
		struct mount *m = mount_list_find(&found, place->target);

		if (!view->turns[place->want].is_done)
			continue;
		if (view->turns[place->want].has_acted)
			r = add_made(view->mounts, place->target, list);
		else if (m)
			r = be_as_asked(&look, &view->req->wants[place->want], m);
		else if (view->req->check_mode)
			r = add_planned(&look, &view->req->wants[place->want]);
	}
	if (list->count > n_found)
		sort_without_doubles(list);
	return r;
}

/*
 * What the request purges goes when all that it names is there: a view comes without it.
 */
static void give_purged(const struct view *view, struct have *have)
{
	const struct mount *purged = NULL;

	for (size_t i = 0; i < have->source_below.count; i++) {
		const struct mount *m = &have->source_below.items[i];

		if (hash_table_get(&view->req->purged, m->point, strlen(m->point)) !=
		    HASH_TABLE_NONE)
			purged = m;
		if (purged && path_rest(m->point, purged->point))
			have->is_given[i] = have->is_matched[i] = true;
	}
}

int source_below_read(const struct view *view, const struct want *want, struct have *have)
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
	view_drop_taken(view, &have->source_below);
	if (r == 0 && want->recursive)
		r = add_of_this_run(view, want, have);
	if (r < 0)
		return r;
	have->is_matched = calloc(have->source_below.count + 1, sizeof(*have->is_matched));
	have->is_given = calloc(have->source_below.count + 1, sizeof(*have->is_given));
	if (!have->is_matched || !have->is_given)
		return -ENOMEM;
	if (want->recursive && want_is_there(want))
		give_purged(view, have);
	return 0;
}
