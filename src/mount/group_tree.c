/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/group_tree.h"

#include <stdlib.h>

#include "base/cleanup.h"

/* One walk over the tree. */
struct walk {
	struct group_tree *tree;
	struct group **by_master;
	struct step {
		struct group *group;
		size_t next; /* the next of by_master that may be below it */
	} * steps;
	size_t depth;
	size_t count; /* how many have a number */
};

void group_tree_done(struct group_tree *tree)
{
	free(tree->groups);
	*tree = (struct group_tree){0};
}

static int by_id(const void *a, const void *b)
{
	const struct group *x = a;
	const struct group *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_master(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	if (x->master != y->master)
		return x->master < y->master ? -1 : 1;
	return by_id(x, y);
}

/* A group for each number that a mount names; the same one may come many times. */
static void collect(const struct mount_list *mounts, struct group_tree *tree)
{
	for (size_t i = 0; i < mounts->count; i++) {
		const struct mount *m = &mounts->items[i];

		if (m->peer_group)
			tree->groups[tree->count++] = (struct group){.id = m->peer_group,
								     .master = m->master,
								     .n_mounts = 1};
		if (m->master)
			tree->groups[tree->count++] =
				(struct group){.id = m->master,
					       .n_mounts = m->peer_group ? 0 : 1};
	}
}

static void merge_same(struct group_tree *tree)
{
	size_t kept = 0;

	for (size_t i = 0; i < tree->count; i++) {
		struct group *last = kept > 0 ? &tree->groups[kept - 1] : NULL;

		if (!last || last->id != tree->groups[i].id) {
			tree->groups[kept++] = tree->groups[i];
			continue;
		}
		last->n_mounts += tree->groups[i].n_mounts;
		if (!last->master)
			last->master = tree->groups[i].master;
	}
	tree->count = kept;
}

/* The first of by_master whose master is not less than this one. */
static size_t first_below(const struct walk *w, uint64_t master)
{
	size_t low = 0;
	size_t high = w->tree->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (w->by_master[middle]->master < master)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void enter(struct walk *w, struct group *group)
{
	group->first = w->count++;
	w->steps[w->depth++] = (struct step){group, first_below(w, group->id)};
}

/* Number a group and all below it; a group that has its number already is left alone. */
static void number_from(struct walk *w, struct group *top)
{
	enter(w, top);
	while (w->depth > 0) {
		struct step *step = &w->steps[w->depth - 1];
		struct group *below =
			step->next < w->tree->count ? w->by_master[step->next] : NULL;

		if (!below || below->master != step->group->id) {
			step->group->last = w->count;
			w->depth--;
			continue;
		}
		step->next++;
		if (below->first == SIZE_MAX)
			enter(w, below);
	}
}

static int number(struct group_tree *tree)
{
	scoped_mem struct group **order = calloc(tree->count + 1, sizeof(struct group *));
	scoped_mem struct step *steps = calloc(tree->count + 1, sizeof(*steps));
	struct walk w = {.tree = tree, .by_master = order, .steps = steps};

	if (!order || !steps)
		return -1;
	for (size_t i = 0; i < tree->count; i++) {
		order[i] = &tree->groups[i];
		tree->groups[i].first = SIZE_MAX;
	}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers. */
	qsort(order, tree->count, sizeof(order[0]), by_master);
	for (size_t i = 0; i < tree->count && order[i]->master == 0; i++)
		number_from(&w, order[i]);
	/* Groups in a circle: mounts changed while they were read. */
	for (size_t i = 0; i < tree->count; i++) {
		if (tree->groups[i].first == SIZE_MAX)
			number_from(&w, &tree->groups[i]);
	}
	return 0;
}

int group_tree_make(const struct mount_list *mounts, struct group_tree *ret)
{
	struct group_tree tree = {
		.groups = calloc(2 * mounts->count + 1, sizeof(*tree.groups))};

	if (!tree.groups)
		return -1;
	collect(mounts, &tree);
	qsort(tree.groups, tree.count, sizeof(*tree.groups), by_id);
	merge_same(&tree);
	if (number(&tree) < 0) {
		group_tree_done(&tree);
		return -1;
	}
	*ret = tree;
	return 0;
}

const struct group *group_tree_find(const struct group_tree *tree, uint64_t id)
{
	const struct group key = {.id = id};

	return tree->count > 0 && id != 0 ? bsearch(&key, tree->groups, tree->count,
						    sizeof(*tree->groups), by_id)
					  : NULL;
}

const struct group *group_tree_of(const struct group_tree *tree, const struct mount *m)
{
	return group_tree_find(tree, m->peer_group ? m->peer_group : m->master);
}

bool group_tree_is_alone(const struct group_tree *tree, uint64_t id)
{
	const struct group *group = group_tree_find(tree, id);

	return !group || (group->n_mounts <= 1 && group->last - group->first <= 1);
}
