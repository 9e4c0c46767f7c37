/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/propagation.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

struct fs_place {
	const char *where; /* the directory's path in its file system */
	size_t number; /* of the group that the mount, or what carries it, receives from */
	const struct mount *mount;
};

enum { SEEN_UNKNOWN, SEEN_YES, SEEN_NO };

void propagation_done(struct propagation *p)
{
	for (size_t i = 0; i < p->n_hooked; i++)
		free((char *)p->hooked[i].where);
	free(p->hooked);
	free(p->receivers);
	free(p->seen);
	group_tree_done(&p->groups);
	mount_tree_done(&p->tree);
	*p = (struct propagation){0};
}

void propagation_leave_out(struct propagation *p,
			   bool (*is_gone)(const struct mount *m, const void *arg),
			   const void *arg)
{
	p->tree.is_gone = is_gone;
	p->tree.arg = arg;
	memset(p->seen, SEEN_UNKNOWN, p->tree.mounts.count);
}

/* A text of `length` bytes against one that ends with a NUL. */
static int compare_text(const char *text, size_t length, const char *other)
{
	int order = strncmp(text, other, length);

	return order != 0 ? order : -(other[length] != '\0');
}

static const struct mount *layer_below(const struct propagation *p, const struct mount *m)
{
	const struct mount *parent = mount_tree_find(&p->tree, m->parent);

	return parent && parent != m && strcmp(parent->point, m->point) == 0 ? parent
									     : NULL;
}

/* Of the lowest mount at a point; over our root directory nothing else is seen. */
static bool is_lowest_seen(const struct propagation *p, const struct mount *m)
{
	if (strcmp(m->point, "/") == 0)
		return m->id == p->tree.root;
	return mount_tree_look_up(&p->tree, m->point, false) == m->parent;
}

/*
 * Does the mount's point lead to it, or to what lies upon it? That can go, and may be the
 * very mount that is to be taken off. Found out once.
 */
static bool is_seen(struct propagation *p, const struct mount *m)
{
	const struct mount *items = p->tree.mounts.items;
	const struct mount *low = m;

	while (p->seen[low - items] == SEEN_UNKNOWN) {
		const struct mount *below = layer_below(p, low);

		p->seen[low - items] = SEEN_NO; /* ends mounts in a circle, too */
		if (!below && is_lowest_seen(p, low))
			p->seen[low - items] = SEEN_YES;
		low = below ? below : low;
	}
	for (const struct mount *up = m; up != low; up = layer_below(p, up))
		p->seen[up - items] = up->point[1] != '\0' ? p->seen[low - items] : SEEN_NO;
	return p->seen[m - items] == SEEN_YES;
}

static int by_where_and_number(const void *a, const void *b)
{
	const struct fs_place *x = a;
	const struct fs_place *y = b;
	int order = strcmp(x->where, y->where);

	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* The first of the places at the first `length` bytes of `where`, from this number on. */
static size_t first_place(const struct fs_place *places, size_t count, const char *where,
			  size_t length, size_t number)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_text(where, length, places[middle].where);

		if (order > 0 || (order == 0 && number > places[middle].number))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct fs_place *place, const char *where, size_t length,
		  const struct group *group)
{
	return compare_text(where, length, place->where) == 0 &&
	       place->number < group->last;
}

/* Where `path`, which is on the mount m, lies in the file system; NULL: no memory, or it is
 * beyond what is seen of m. */
static char *location(const struct mount *m, const char *path)
{
	const char *rest = path_rest(path, m->point);

	return rest ? path_join(m->root, rest) : NULL;
}

static int add_spots(struct propagation *p)
{
	for (size_t i = 0; i < p->tree.mounts.count; i++) {
		const struct mount *m = &p->tree.mounts.items[i];
		const struct mount *parent = mount_tree_find(&p->tree, m->parent);
		const struct group *own = group_tree_of(&p->groups, m);
		const struct group *of = parent ? group_tree_of(&p->groups, parent) : NULL;
		char *where = NULL;

		if (own)
			p->receivers[p->n_receivers++] =
				(struct fs_place){m->root, own->first, m};
		if (!of || parent == m || !path_rest(m->point, parent->point))
			continue;
		where = location(parent, m->point);
		if (!where)
			return -1;
		p->hooked[p->n_hooked++] = (struct fs_place){where, of->first, m};
	}
	qsort(p->receivers, p->n_receivers, sizeof(*p->receivers), by_where_and_number);
	qsort(p->hooked, p->n_hooked, sizeof(*p->hooked), by_where_and_number);
	return 0;
}

int propagation_make(struct mount_list *mounts, uint64_t root, struct propagation *ret)
{
	size_t n = mounts->count;
	struct propagation p = {
		.receivers = calloc(n + 1, sizeof(*p.receivers)),
		.hooked = calloc(n + 1, sizeof(*p.hooked)),
		.seen = calloc(n + 1, sizeof(*p.seen)),
	};
	int r = mount_tree_make(mounts, root, &p.tree);

	if (r == 0)
		r = group_tree_make(&p.tree.mounts, &p.groups);
	if (!p.receivers || !p.hooked || !p.seen)
		r = -1;
	if (r == 0)
		r = add_spots(&p);
	if (r < 0) {
		propagation_done(&p);
		return -1;
	}
	*ret = p;
	return 0;
}

/* Those whose root is the first `n` bytes of `where`. 1: the visitor has enough. */
static int visit_places(struct propagation *p, uint64_t parent, const struct group *group,
			const char *where, size_t n, propagation_visit *visit, void *data)
{
	const char *rest = where + n + (where[n] == '/');
	size_t i = first_place(p->receivers, p->n_receivers, where, n, group->first);

	for (; i < p->n_receivers && is_at(&p->receivers[i], where, n, group); i++) {
		const struct mount *m = p->receivers[i].mount;
		scoped_mem char *place = NULL;

		if (m->id == parent || !is_seen(p, m))
			continue;
		place = path_join(m->point, rest);
		if (!place)
			return -1;
		if (*rest != '\0' && mount_tree_look_up(&p->tree, place, false) != m->id)
			continue;
		if (visit(m, place, data))
			return 1;
	}
	return 0;
}

int propagation_each_place(struct propagation *p, const struct mount *parent,
			   const char *path, propagation_visit *visit, void *data)
{
	const struct group *group = group_tree_find(&p->groups, parent->peer_group);
	scoped_mem char *where = NULL;
	int r = 0;

	if (!group || !path_rest(path, parent->point))
		return 0;
	where = location(parent, path);
	if (!where)
		return -1;
	/* "/" is a root of its own, not a component. */
	r = visit_places(p, parent->id, group, where, 1, visit, data);
	for (size_t n = 0; r == 0 && where[n] != '\0' && where[1] != '\0';) {
		n += 1 + strcspn(where + n + 1, "/");
		r = visit_places(p, parent->id, group, where, n, visit, data);
	}
	return r < 0 ? -1 : 0;
}

int propagation_each_lost(const struct propagation *p, const struct mount *parent,
			  const char *path, propagation_visit *visit, void *data)
{
	const struct group *group = group_tree_find(&p->groups, parent->peer_group);
	scoped_mem char *where = NULL;
	size_t n = 0;

	if (!group || !path_rest(path, parent->point))
		return 0;
	where = location(parent, path);
	if (!where)
		return -1;
	n = strlen(where);
	for (size_t i = first_place(p->hooked, p->n_hooked, where, n, group->first);
	     i < p->n_hooked && is_at(&p->hooked[i], where, n, group); i++) {
		const struct mount *m = p->hooked[i].mount;

		if (m->parent != parent->id && visit(m, m->point, data))
			break;
	}
	return 0;
}
