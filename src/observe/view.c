/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/view.h"

#include <errno.h>
#include <string.h>

static size_t index_of(const struct request *req, const char *target)
{
	return hash_table_get(&req->targets, target, strlen(target));
}

static const struct turn *turn_at(const struct view *view, const char *point)
{
	size_t i = view->turns ? index_of(view->req, point) : HASH_TABLE_NONE;

	return i != HASH_TABLE_NONE ? &view->turns[i] : NULL;
}

struct turn *view_turn(const struct view *view, const struct want *want)
{
	return view->turns ? &view->turns[want - view->req->wants] : NULL;
}

const struct want *view_outer(const struct view *view, const struct want *want)
{
	size_t i = want->outer;

	while (i != WANT_NONE && !want_is_there(&view->req->wants[i]))
		i = view->req->wants[i].outer;
	return i != WANT_NONE ? &view->req->wants[i] : NULL;
}

const struct want *view_earlier(const struct view *view, const char *point)
{
	const struct turn *turn = view->req->check_mode ? turn_at(view, point) : NULL;

	return turn && turn->is_done ? &view->req->wants[turn - view->turns] : NULL;
}

static bool has_taken_any(size_t i, const void *arg)
{
	const struct view *view = arg;

	return view->turns[i].n_gone > 0;
}

static bool is_taken(const struct view *view, size_t i, uint64_t id)
{
	while (i != HASH_TABLE_NONE && !turn_has_taken(&view->turns[i], id))
		i = view->req->wants[i].outer;
	return i != HASH_TABLE_NONE;
}

bool view_has_taken(const struct view *view, const struct mount *m)
{
	const struct request *req = view->req;
	size_t i = HASH_TABLE_NONE;

	if (!view->turns || !req->check_mode)
		return false;
	if (view->gone && gone_copies_find(view->gone, m->id))
		return true;
	i = hash_table_get_at_or_above(&req->targets, m->point, has_taken_any, view);
	/* A foreign one may be gone with a bind further up only. */
	return is_taken(view, i, m->id);
}

const struct gone_copy *view_copy_taken_above(const struct view *view, const char *path)
{
	return view->gone ? gone_copies_above(view->gone, path) : NULL;
}

/* What has gone along, and the mount that carried it and what lay below it at its point. */
static const char *copy_taken_above(const struct view *view, const char *path,
				    uint64_t *base)
{
	const struct gone_copy *above = view_copy_taken_above(view, path);

	for (const struct gone_copy *copy = above; copy;
	     copy = gone_copies_find(view->gone, *base))
		*base = copy->parent;
	return above ? above->point : NULL;
}

const char *view_taken_above(const struct view *view, const char *path, uint64_t *base)
{
	const char *copied = NULL;
	const struct request *req = view->req;
	size_t i = HASH_TABLE_NONE;

	if (!view->turns || !req->check_mode)
		return NULL;
	i = hash_table_get_at_or_above(&req->targets, path, has_taken_any, view);
	while (i != HASH_TABLE_NONE &&
	       (view->turns[i].n_gone == 0 ||
		is_taken(view, req->wants[i].outer, view->turns[i].base)))
		i = req->wants[i].outer;
	copied = copy_taken_above(view, path, base);
	if (i == HASH_TABLE_NONE ||
	    (copied && strlen(copied) < strlen(req->wants[i].target)))
		return copied;
	*base = view->turns[i].base;
	return req->wants[i].target;
}

int view_take_copies(const struct view *view, const struct want *want,
		     const struct have *have)
{
	const struct reach *reach = &have->reach;
	int r = 0;

	for (size_t i = 0; r == 0 && view->gone && i < reach->n_copies; i++)
		r = gone_copies_add(view->gone, reach->copies[i], want->target);
	return r < 0 ? -ENOMEM : 0;
}

void view_take_target(const struct view *view, const struct want *want)
{
	size_t length = (size_t)(strrchr(want->target, '/') - want->target);
	size_t i = hash_table_get(&view->req->targets, want->target, length);

	if (i != HASH_TABLE_NONE)
		view->turns[i].n_removed++;
}

struct made {
	struct turn *turns;
	const struct want *want;
};

static bool note_within(size_t i, const void *arg)
{
	const struct made *made = arg;

	made->turns[i].made_within = made->want;
	return false;
}

void view_note_made(const struct view *view, const struct want *want)
{
	const struct made made = {view->turns, want};

	if (view->req->check_mode && want_is_there(want))
		(void)hash_table_get_at_or_above(&view->req->purged, want->target,
						 note_within, &made);
}

bool view_has_kept(const struct view *view, const char *point)
{
	const struct turn *turn = turn_at(view, point);

	return turn && turn->has_failed &&
	       want_is_gone(&view->req->wants[turn - view->turns]);
}

bool view_has_target(const struct view *view, const char *path)
{
	size_t i = index_of(view->req, path);

	if (i != HASH_TABLE_NONE)
		return want_is_there(&view->req->wants[i]);
	return view->snapshot && snapshot_find_ours(view->snapshot, path);
}

void view_drop_taken(const struct view *view, struct mount_list *list)
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
