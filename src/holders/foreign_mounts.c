/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/foreign_mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"

/* What is known of each of its mounts. */
struct role {
	const struct mount *parent; /* NULL for the root, or when it is out of reach */
	bool is_hidden;             /* another is mounted right on it */
	const struct bind_location *copy_of;
};

struct judging {
	const struct location_index *index;
	const struct mount_list *theirs;
	const struct mount_list *ours;
	struct role *roles;
	pid_t pid;
	struct holder_list *found;
};

static int by_id(const void *a, const void *b)
{
	const struct mount *x = a;
	const struct mount *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static struct role *role_of(const struct judging *j, const struct mount *m)
{
	return &j->roles[m - j->theirs->items];
}

static void find_parents(const struct judging *j)
{
	const struct mount_list *all = j->theirs;

	for (size_t i = 0; i < all->count; i++) {
		const struct mount *m = &all->items[i];
		const struct mount key = {.id = m->parent};

		if (m->parent == m->id)
			continue;
		j->roles[i].parent =
			bsearch(&key, all->items, all->count, sizeof(key), by_id);
		if (j->roles[i].parent && mount_by_point(m, j->roles[i].parent) == 0)
			role_of(j, j->roles[i].parent)->is_hidden = true;
	}
}

/* Which target's place is the stack mounted on, of which m is the top? */
static int find_place(const struct judging *j, const struct mount *m,
		      const struct bind_location **ret)
{
	const struct mount *carrier = role_of(j, m)->parent;
	const struct location_row *row = NULL;
	struct fs_location place = {0};

	while (carrier && mount_by_point(carrier, m) == 0)
		carrier = role_of(j, carrier)->parent;
	if (carrier && fs_location_find(carrier, m->point, &place) < 0)
		return -1;
	if (place.root)
		row = location_find(j->index, LOCATION_PLACE, place.superblock, place.root);
	*ret = row ? row->location : NULL;
	fs_location_done(&place);
	return 0;
}

static int add(const struct judging *j, const struct bind_location *location, enum why why,
	       const struct mount *m)
{
	return holders_add(j->found, location->bind, j->pid, why, m->point);
}

/*
 * What services are given in place of a directory that they shall not see: an empty tmpfs,
 * or one of systemd's inaccessible nodes. That is nobody's old mount.
 */
static bool is_mask(const struct mount *m)
{
	return strcmp(m->fs_type, "tmpfs") == 0 &&
	       (strcmp(m->root, "/") == 0 || strstr(m->root, "/inaccessible/"));
}

static bool is_of_covered(const struct source_location *source, const struct mount *m)
{
	for (size_t i = 0; i < source->n_covered; i++) {
		if (fs_location_is_shown(&source->covered[i], m))
			return true;
	}
	return false;
}

static int classify_copy(const struct judging *j, const struct bind_location *location,
			 const struct mount *m)
{
	bool is_same = fs_location_is_shown(&location->top, m);
	bool is_source = fs_location_is_shown(&location->from.at, m);
	bool is_old = mount_is_deleted(m) || is_of_covered(&location->from, m);

	if (is_same || is_source || is_old) {
		if (!mount_is_read_only(m) && add(j, location, WHY_WRITABLE, m) < 0)
			return -1;
		is_same |= is_source && location->top.root;
		return is_same ? 0 : add(j, location, WHY_STALE, m);
	}
	/* Something else: an older mount, but only where there shall be one at all. */
	return location->top.root && !is_mask(m) ? add(j, location, WHY_STALE, m) : 0;
}

/* Tell m as an older view of each bind that has this root. */
static int classify_root(const struct judging *j, enum location_kind kind, const char *root,
			 const struct mount *m)
{
	const struct location_row *row = location_find(j->index, kind, m->superblock, root);
	int r = 0;

	for (; r == 0 && row; row = location_next(j->index, row))
		r = add(j, row->location, WHY_STALE, m);
	return r;
}

/* A writable mount below a copy, which shows what the source has at this place. */
static int classify_below(const struct judging *j, const struct mount *m)
{
	const struct mount *above = role_of(j, m)->parent;
	const struct mount *source = NULL;
	const struct bind_location *location = NULL;
	scoped_mem char *path = NULL;

	while (above && !role_of(j, above)->copy_of)
		above = role_of(j, above)->parent;
	location = above ? role_of(j, above)->copy_of : NULL;
	if (!location || !location->source || !path_is_below(m->point, above->point))
		return 0;
	path = path_join(location->source, path_rest(m->point, above->point));
	if (!path)
		return -1;
	source = bsearch(&(const struct mount){.point = path}, j->ours->items,
			 j->ours->count, sizeof(*source), mount_by_point);
	return source && mount_is_same_tree(source, m) ? add(j, location, WHY_WRITABLE, m)
						       : 0;
}

/*
 * A directory within a source that was deleted, and that somebody was given alone. What is
 * writable was not given through a target.
 */
static int classify_part(const struct judging *j, const struct mount *m)
{
	size_t mark = strlen(m->root) - strlen(MOUNT_ROOT_DELETED);
	scoped_mem char *above = NULL;

	if (!mount_is_deleted(m) || !mount_is_read_only(m) || role_of(j, m)->copy_of)
		return 0;
	above = strndup(m->root, mark);
	if (!above)
		return -1;
	while (path_to_parent(above)) {
		if (classify_root(j, LOCATION_SOURCE, above, m) < 0)
			return -1;
	}
	return 0;
}

static int classify_mount(const struct judging *j, const struct mount *m)
{
	struct role *role = role_of(j, m);

	if (role->is_hidden)
		return 0;
	if (find_place(j, m, &role->copy_of) < 0)
		return -1;
	if (role->copy_of && classify_copy(j, role->copy_of, m) < 0)
		return -1;
	if (classify_root(j, LOCATION_DELETED, m->root, m) < 0 ||
	    classify_root(j, LOCATION_COVERED, m->root, m) < 0)
		return -1;
	return classify_part(j, m);
}

static int classify_all(const struct judging *j)
{
	const struct mount_list *all = j->theirs;

	for (size_t i = 0; i < all->count; i++) {
		if (classify_mount(j, &all->items[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < all->count; i++) {
		if (!j->roles[i].is_hidden && !j->roles[i].copy_of &&
		    !mount_is_read_only(&all->items[i]) &&
		    classify_below(j, &all->items[i]) < 0)
			return -1;
	}
	return 0;
}

int holders_judge(const struct location_index *index, struct mount_list *theirs,
		  const struct mount_list *ours, pid_t pid, struct holder_list *ret)
{
	struct judging j = {.index = index,
			    .theirs = theirs,
			    .ours = ours,
			    .roles = calloc(theirs->count + 1, sizeof(*j.roles)),
			    .pid = pid,
			    .found = ret};
	int r = 0;

	if (!j.roles)
		return -1;
	qsort(theirs->items, theirs->count, sizeof(*theirs->items), by_id);
	find_parents(&j);
	r = classify_all(&j);
	free(j.roles);
	return r;
}
