/* SPDX-License-Identifier: Apache-2.0 */
#include "request/order.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"

/* ---- by depth ---- */

#define DEPTHS (PATH_MAX / 2)

enum { BUCKETS = 3 * DEPTHS };

/*
 * The bucket of a want: removals from the deepest up, then the others from the top down,
 * and then what is to be purged, from the deepest up again.
 */
static size_t bucket(const struct request *req, size_t i)
{
	const struct want *want = &req->wants[i];
	size_t depth = path_depth(want->target);

	if (want_is_there(want))
		return DEPTHS + (req->keeps_order ? 0 : depth);
	return (i < req->n_named ? 0 : 2 * DEPTHS) + DEPTHS - 1 - depth;
}

static size_t *order_by_depth(const struct request *req)
{
	scoped_mem size_t *starts = calloc(BUCKETS + 1, sizeof(*starts));
	size_t *order = calloc(req->n_wants + 1, sizeof(*order));

	if (!starts || !order) {
		free(order);
		return NULL;
	}
	for (size_t i = 0; i < req->n_wants; i++)
		starts[bucket(req, i) + 1]++;
	for (size_t b = 1; b <= BUCKETS; b++)
		starts[b] += starts[b - 1];
	for (size_t i = 0; i < req->n_wants; i++)
		order[starts[bucket(req, i)]++] = i;
	return order;
}

/* ---- what a recursive bind waits for ---- */

/*
 * A bind that is gone to: its place comes when all that it waits for have theirs. Those are
 * the next one above its target, and of a recursive bind the targets in its source: a range
 * of those that are sorted by path.
 */
struct visit {
	size_t want;
	bool is_below_placed; /* nothing above its target has to come first any more */
	struct target_range left;
};

struct walk {
	const struct request *req;
	size_t *order; /* as far as it is made */
	size_t n;
	bool *is_begun;
	bool *is_placed;
	size_t *next; /* for each place by path: all between it and this one are placed */
	struct visit *stack; /* as deep as one waits for the other */
	size_t depth;
};

static void walk_done(struct walk *w)
{
	free(w->is_begun);
	free(w->is_placed);
	free(w->next);
	free(w->stack);
}

static int walk_init(struct walk *w, const struct request *req, size_t *order)
{
	size_t n = req->n_wants + 1;

	*w = (struct walk){
		.req = req,
		.order = order,
		.is_begun = calloc(n, sizeof(bool)),
		.is_placed = calloc(n, sizeof(bool)),
		.next = calloc(n, sizeof(size_t)),
		.stack = calloc(n, sizeof(struct visit)),
	};
	for (size_t i = 0; w->next && i < n; i++)
		w->next[i] = i;
	return w->is_begun && w->is_placed && w->next && w->stack ? 0 : -1;
}

static void begin(struct walk *w, size_t i)
{
	const struct want *want = &w->req->wants[i];
	struct visit *visit = &w->stack[w->depth++];

	w->is_begun[i] = true;
	*visit = (struct visit){.want = i, .is_below_placed = !want_is_there(want)};
	if (want_is_there(want) && want->recursive)
		visit->left = targets_below(&w->req->by_path, want->source);
}

static void place(struct walk *w, size_t i)
{
	w->is_placed[i] = true;
	w->order[w->n++] = i;
}

/* The first at or after this place by path that is not placed; the way to it is made shorter. */
static size_t next_left(struct walk *w, size_t at)
{
	const struct targets_by_path *targets = &w->req->by_path;

	while (at < targets->count && w->is_placed[targets->items[at].want]) {
		w->next[at] = w->next[at] == at ? at + 1 : w->next[w->next[at]];
		at = w->next[at];
	}
	return at;
}

/* The next that this one waits for, or WANT_NONE. */
static size_t waits_for(struct walk *w, struct visit *visit)
{
	size_t above = w->req->wants[visit->want].outer;

	while (!visit->is_below_placed) {
		/* One that shall be gone has its place, and tells nothing of those above it. */
		if (above != WANT_NONE && !want_is_there(&w->req->wants[above]))
			above = w->req->wants[above].outer;
		else if (above == WANT_NONE || w->is_placed[above])
			visit->is_below_placed = true;
		else
			return above;
	}
	visit->left.first = next_left(w, visit->left.first);
	if (visit->left.first >= visit->left.end)
		return WANT_NONE;
	return w->req->by_path.items[visit->left.first].want;
}

/*
 * Give this one its place, after all that it waits for. Returns WANT_NONE, or one that waits
 * for itself.
 */
static size_t walk(struct walk *w, size_t from)
{
	begin(w, from);
	while (w->depth > 0) {
		struct visit *visit = &w->stack[w->depth - 1];
		size_t i = waits_for(w, visit);

		if (i == WANT_NONE) {
			place(w, visit->want);
			w->depth--;
		} else if (w->is_begun[i]) {
			return i;
		} else {
			begin(w, i);
		}
	}
	return WANT_NONE;
}

/* Sort those that are in order by depth. Returns 0 with *circle as request_find_circle(). */
static int order_by_need(const struct request *req, size_t *order, size_t *circle)
{
	scoped_mem size_t *by_depth = order_by_depth(req);
	struct walk w;
	int r = walk_init(&w, req, order);

	*circle = WANT_NONE;
	if (!by_depth)
		r = -1;
	for (size_t i = 0; r == 0 && *circle == WANT_NONE && i < req->n_wants; i++) {
		if (!w.is_begun[by_depth[i]])
			*circle = walk(&w, by_depth[i]);
	}
	walk_done(&w);
	return r;
}

int request_find_circle(const struct request *req, size_t *ret)
{
	scoped_mem size_t *order = NULL;

	*ret = WANT_NONE;
	if (req->by_path.count == 0)
		return 0;
	order = calloc(req->n_wants + 1, sizeof(*order));
	return order ? order_by_need(req, order, ret) : -1;
}

size_t *request_order(const struct request *req)
{
	size_t *order = NULL;
	size_t circle = WANT_NONE;

	if (req->by_path.count == 0)
		return order_by_depth(req);
	order = calloc(req->n_wants + 1, sizeof(*order));
	if (order && order_by_need(req, order, &circle) == 0)
		return order;
	free(order);
	return NULL;
}
