#include "holders/bind_location.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/kernel.h"

#define COVERED_MAX 16u

bool spot_is_shown(const struct spot *spot, const struct mount *m)
{
	return spot->root && spot->superblock == m->superblock &&
	       strcmp(spot->root, m->root) == 0;
}

/* Where `path`, which is on the mount m or would be, lies in its file system. */
static int set_spot(const struct mount *m, const char *path, struct spot *ret)
{
	const char *rest = path_rest(path, m->point);

	if (!rest)
		return 0; /* seen from another root directory */
	ret->superblock = m->superblock;
	ret->root = path_join(m->root, rest);
	return ret->root ? 0 : -1;
}

/* The mounts that are hidden below the one that the source lies on, one after the other. */
static int look_below_source(struct mounts *mounts, uint64_t id, struct held *held)
{
	const struct spot *from = &held->from;
	const struct mount *m = NULL;

	held->covered = calloc(COVERED_MAX, sizeof(*held->covered));
	if (!held->covered)
		return -1;
	while (held->n_covered < COVERED_MAX && mounts_shared(mounts, id, &m) == 0 &&
	       m->parent != id) {
		struct spot *spot = &held->covered[held->n_covered];

		id = m->parent;
		if (mounts_shared(mounts, id, &m) < 0)
			break;
		if (set_spot(m, held->source, spot) < 0)
			return -1;
		if (!spot->root)
			break;
		/* A mount of the source on itself hides nothing. */
		if (spot->superblock == from->superblock &&
		    strcmp(spot->root, from->root) == 0)
			free(STEAL(spot->root));
		else
			held->n_covered++;
	}
	return 0;
}

static int look_at_source(struct mounts *mounts, struct held *held)
{
	scoped_mem char *path = strdup(held->source);
	scoped_fd int fd = path ? sys_open(path) : -1;
	const struct mount *m = NULL;
	struct node node = {0};

	if (!path)
		return -1;
	if (fd >= 0 && sys_stat(fd, &node) == 0) {
		held->dev = node.dev;
		held->ino = node.ino;
	}
	/* Gone, or not there yet: its nearest parent says where it would lie. */
	while (node.mount == 0 && path[1] != '\0') {
		scoped_fd int above = -1;

		path[strrchr(path, '/') == path ? 1 : strrchr(path, '/') - path] = '\0';
		above = sys_open(path);
		if (above >= 0 && sys_stat(above, &node) < 0)
			return 0;
	}
	if (node.mount == 0 || mounts_shared(mounts, node.mount, &m) < 0)
		return 0;
	if (set_spot(m, held->source, &held->from) < 0)
		return -1;
	return held->from.root ? look_below_source(mounts, node.mount, held) : 0;
}

/* The place below all that is stacked at the target, from the mount `id` on. */
static int look_below_target(struct mounts *mounts, uint64_t id, struct held *held)
{
	const struct mount *m = NULL;

	while (mounts_shared(mounts, id, &m) == 0) {
		if (strcmp(m->point, held->target) != 0)
			return set_spot(m, held->target, &held->place);
		if (m->parent == id)
			break;
		id = m->parent;
	}
	return 0;
}

static int look_at_target(struct mounts *mounts, struct held *held)
{
	scoped_fd int fd = sys_open(held->target);
	struct mount top = {0};
	struct node node = {0};
	uint64_t id = 0;
	int r = 0;

	if (fd < 0 || sys_stat(fd, &node) < 0)
		return 0;
	id = node.mount;
	if (node.is_mount_root && sys_mount(id, true, &top) == 0) {
		r = set_spot(&top, held->target, &held->top);
		id = top.parent;
	}
	mount_done(&top);
	return r < 0 ? r : look_below_target(mounts, id, held);
}

int held_look(struct mounts *mounts, const struct want *want, size_t bind, struct held *ret)
{
	struct held held = {.bind = bind};
	int r = 0;

	held.target = strdup(want->target);
	held.source = want->source ? strdup(want->source) : NULL;
	if (!held.target || (want->source && !held.source))
		r = -1;
	if (r == 0 && held.source)
		r = look_at_source(mounts, &held);
	if (r == 0)
		r = look_at_target(mounts, &held);
	if (r < 0)
		held_done(&held);
	else
		*ret = held;
	return r;
}

void held_done(struct held *held)
{
	for (size_t i = 0; held->covered && i < COVERED_MAX; i++)
		free(held->covered[i].root);
	free(held->covered);
	free(held->source);
	free(held->target);
	free(held->from.root);
	free(held->top.root);
	free(held->place.root);
	*held = (struct held){0};
}
