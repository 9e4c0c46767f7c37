/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/path.h"
#include "fstab/snapshot.h"
#include "kernel/mount_query.h"
#include "observe/side.h"
#include "observe/stack_along.h"
#include "request/request.h"

/* Of many places the source is told first, if it is among so many. */
#define PLACES_MAX 64u

struct looking {
	const struct view *view;
	const struct want *want;
	struct have *have;
	struct mount carrier; /* what the target, or its layer, is mounted on */
	struct mount layer;   /* what is to be taken off it */
	size_t n_detached;    /* of the layers, from the top */
	unsigned n_places;
	int r;
};

static bool will_be_private(const struct looking *look, const char *point)
{
	const struct want *bind = view_earlier(look->view, point);

	return bind && want_is_there(bind) && !bind->read_only_alone;
}

static enum reach_kind classify(const struct looking *look, const char *place)
{
	if (want_is_there(look->want) && path_rest(look->want->source, place))
		return REACH_SOURCE;
	return view_has_target(look->view, place) ? REACH_TARGET : REACH_OTHER;
}

/* The table may be old: is the mount still there, and in the same place? */
static bool is_still_there(struct looking *look, const struct mount *old, struct mount *now)
{
	int r = sys_mount(old->id, false, now);

	if (r < 0 && r != -ENOENT && r != -EPERM)
		look->r = r;
	return r == 0 && now->parent == old->parent;
}

static bool remember(struct looking *look, char **to, const char *text)
{
	free(*to);
	*to = strdup(text);
	if (!*to)
		look->r = -ENOMEM;
	return *to != NULL;
}

/*
 * Below the target it is hidden by the new mount, or goes with the old one. But a recursive
 * self-bind is judged by what its source has there.
 */
static bool is_in_sight(const struct want *want, const char *place)
{
	const char *rest = path_rest(place, want->target);

	return !rest || (rest[0] != '\0' && want->recursive && want_is_self(want));
}

static bool note_place(const struct mount *m, const char *place, void *data)
{
	struct looking *look = data;
	struct reach *reach = &look->have->reach;
	enum reach_kind kind = classify(look, place);
	struct mount now = {0};

	if (!is_in_sight(look->want, place))
		return false;
	look->n_places++;
	if (reach->place && kind != REACH_SOURCE)
		return look->n_places >= PLACES_MAX;
	if (!is_still_there(look, m, &now) || (!now.peer_group && !now.master) ||
	    view_has_taken(look->view, m) || will_be_private(look, m->point))
		return look->r < 0;
	reach->kind = kind;
	return !remember(look, &reach->place, place) ||
	       !remember(look, &reach->carrier, look->carrier.point) ||
	       !remember(look, &reach->with, m->point) || kind == REACH_SOURCE ||
	       look->n_places >= PLACES_MAX;
}

/* The kernel leaves one that has something mounted in it, beside what lies upon it. */
static bool holds(const struct mount_tree *tree, const struct mount *m)
{
	size_t i = mount_tree_first_child(tree, m->id);

	for (; i < tree->mounts.count; i++) {
		const struct mount *child = &tree->mounts.items[tree->children[i]];

		if (child->parent != m->id)
			break;
		if (strcmp(child->point, m->point) != 0)
			return true;
	}
	return false;
}

static bool add_copy(struct looking *look, const struct mount *m)
{
	struct reach *reach = &look->have->reach;

	if (holds(&look->view->mounts->reach.propagation.tree, m))
		return true;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers. */
	if (ARRAY_RESERVE(reach->copies, reach->n_copies, 1) < 0) {
		look->r = -ENOMEM;
		return false;
	}
	reach->copies[reach->n_copies++] = m;
	return true;
}

/* What shows the same is a copy that came there in the same way, and may go in it. */
static bool note_lost(const struct mount *m, const char *place, void *data)
{
	struct looking *look = data;
	struct reach *reach = &look->have->reach;
	bool is_copy = mount_is_same_tree(m, &look->layer);
	struct mount now = {0};

	if (view_has_taken(look->view, m))
		return false;
	if (is_copy && strcmp(place, look->want->target) == 0)
		return false;
	if (is_copy && !view_has_target(look->view, place))
		return !add_copy(look, m);
	if (!is_still_there(look, m, &now))
		return look->r < 0;
	(void)(remember(look, &reach->lost, place) &&
	       remember(look, &reach->carrier, look->carrier.point));
	return true;
}

/* ---- what carries the target ---- */

static int find_carrier(const struct looking *look, size_t layer, uint64_t *ret)
{
	const struct have *have = look->have;

	if (layer + 1 < have->n_layers)
		*ret = have->layers[layer + 1].mount.id;
	else if (layer < have->n_layers)
		*ret = have->base;
	else if (pinned_path_is_there(&have->target))
		*ret = have->target.file_id.mount;
	else
		*ret = have->ground.mount;
	return *ret != 0 ? 0 : -ENOENT;
}

/* What a bind is mounted on that will be gone when it is the target's turn. */
static int skip_gone(struct looking *look)
{
	struct mount *m = &look->carrier;
	int r = 0;

	while (r == 0 && view_has_taken(look->view, m) && m->parent != m->id) {
		uint64_t below = m->parent;

		mount_done(m);
		r = sys_mount(below, true, m);
	}
	return r;
}

/* Read what carries a layer, or the first mount. *ret: is it worth looking any further. */
static int read_carrier(struct looking *look, size_t layer, bool *ret)
{
	struct mounts *mounts = look->view->mounts;
	struct mount *m = &look->carrier;
	uint64_t id = 0;
	int r = find_carrier(look, layer, &id);

	*ret = false;
	if (r == 0 && id == mounts->lone)
		return 0;
	mount_done(m);
	if (r == 0)
		r = sys_mount(id, true, m);
	/* Beyond our root directory nothing is seen; that the source is not reached is seen
	 * to after attaching. */
	if (r == -ENOENT || r == -EPERM)
		return 0;
	if (r == 0)
		r = skip_gone(look);
	if (r == 0 && m->peer_group && !will_be_private(look, m->point))
		r = reach_table_has_others(&mounts->reach, m->peer_group, ret);
	if (r == 0 && !*ret && !look->view->req->check_mode)
		mounts->lone = id;
	return r;
}

static int look_at_layer(struct looking *look, size_t i)
{
	struct propagation *p = NULL;
	bool has_others = false;
	int r = look->have->layers[i].goes_along ? 0 : read_carrier(look, i, &has_others);

	if (r == 0 && has_others)
		r = stack_look(&look->view->mounts->reach.groups, look->want,
			       look->n_detached, look->have);
	if (r < 0 || !has_others)
		return r;
	mount_done(&look->layer);
	r = sys_mount(look->have->layers[i].mount.id, true, &look->layer);
	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = reach_table_read(&look->view->mounts->reach, &p);
	if (r == 0)
		r = propagation_each_lost(p, &look->carrier, look->want->target, note_lost,
					  look) < 0
			    ? -ENOMEM
			    : look->r;
	return r;
}

static bool is_gone(const struct mount *m, const void *arg)
{
	const struct view *view = arg;

	return view_has_taken(view, m);
}

/* Check mode: the same, for what would have been taken off by now. */
static void leave_out_gone(const struct view *view, struct propagation *p)
{
	struct reach_table *table = &view->mounts->reach;

	if (!view->req->check_mode || !table->is_old)
		return;
	propagation_leave_out(p, is_gone, view);
	table->is_old = false;
}

static int look_at_places(struct looking *look, size_t n_detached)
{
	struct propagation *p = NULL;
	bool has_others = false;
	size_t layer = n_detached > 0 ? n_detached - 1 : look->have->n_layers;
	int r = 0;

	/* What hid a place when the table was read may have been taken off. */
	if (!look->view->req->check_mode)
		reach_table_refresh(&look->view->mounts->reach);
	r = read_carrier(look, layer, &has_others);
	if (r < 0 || !has_others)
		return r;
	r = reach_table_read(&look->view->mounts->reach, &p);
	if (r == 0)
		leave_out_gone(look->view, p);
	if (r == 0)
		r = propagation_each_place(p, &look->carrier, look->want->target,
					   note_place, look) < 0
			    ? -ENOMEM
			    : look->r;
	return r;
}

int reach_look(const struct view *view, const struct want *want, struct reach_steps steps,
	       struct have *have, struct error *err)
{
	struct looking look = {.view = view,
			       .want = want,
			       .have = have,
			       .n_detached = steps.n_detached};
	int r = 0;

	for (size_t i = 0; r == 0 && !have->reach.lost && i < steps.n_detached; i++)
		r = look_at_layer(&look, i);
	if (r == 0 && !have->reach.lost && steps.attaches)
		r = look_at_places(&look, steps.n_detached);
	mount_done(&look.carrier);
	mount_done(&look.layer);
	return r < 0 ? look_failed(want->target, r, err) : 0;
}
