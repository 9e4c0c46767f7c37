/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/mount_tree.h"

#include <stdlib.h>
#include <string.h>

void mount_tree_done(struct mount_tree *tree)
{
	mount_list_done(&tree->mounts);
	free(tree->children);
	*tree = (struct mount_tree){0};
}

static int by_id(const void *a, const void *b)
{
	const struct mount *x = a;
	const struct mount *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_parent_and_point(const void *a, const void *b, void *data)
{
	const struct mount *items = data;
	const struct mount *x = &items[*(const size_t *)a];
	const struct mount *y = &items[*(const size_t *)b];

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return strcmp(x->point, y->point);
}

int mount_tree_make(struct mount_list *mounts, uint64_t root, struct mount_tree *ret)
{
	size_t n = mounts->count;
	struct mount_tree tree = {
		.mounts = *mounts,
		.children = calloc(n + 1, sizeof(*tree.children)),
		.root = root,
	};

	*mounts = (struct mount_list){0};
	if (!tree.children) {
		mount_tree_done(&tree);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		tree.children[i] = i;
	if (n > 0) {
		qsort(tree.mounts.items, n, sizeof(*tree.mounts.items), by_id);
		qsort_r(tree.children, n, sizeof(*tree.children), by_parent_and_point,
			tree.mounts.items);
	}
	*ret = tree;
	return 0;
}

const struct mount *mount_tree_find(const struct mount_tree *tree, uint64_t id)
{
	const struct mount key = {.id = id};

	return tree->mounts.count > 0
		       ? bsearch(&key, tree->mounts.items, tree->mounts.count,
				 sizeof(*tree->mounts.items), by_id)
		       : NULL;
}

size_t mount_tree_first_child(const struct mount_tree *tree, uint64_t parent)
{
	size_t low = 0;
	size_t high = tree->mounts.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tree->mounts.items[tree->children[middle]].parent < parent)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A point, as the first bytes of a path, on a mount. */
struct key {
	uint64_t parent;
	const char *path;
	size_t length;
};

static int compare(const struct key *key, const struct mount *m)
{
	int order = strncmp(key->path, m->point, key->length);

	if (key->parent != m->parent)
		return key->parent < m->parent ? -1 : 1;
	return order != 0 ? order : -(m->point[key->length] != '\0');
}

/* What is mounted on that mount at that point, or NULL. */
static const struct mount *child_at(const struct mount_tree *tree, const struct key *key)
{
	size_t low = 0;
	size_t high = tree->mounts.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mount *m = &tree->mounts.items[tree->children[middle]];
		int order = compare(key, m);

		if (order == 0)
			return tree->is_gone && tree->is_gone(m, tree->arg) ? NULL : m;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

uint64_t mount_tree_look_up(const struct mount_tree *tree, const char *path, bool crosses)
{
	struct key at = {.parent = tree->root, .path = path};
	/* In a table that is not the kernel's they may lie on each other in a circle. */
	size_t left = tree->mounts.count;

	while (path[at.length] != '\0' && path[1] != '\0') {
		const struct mount *m = NULL;

		at.length += 1 + strcspn(path + at.length + 1, "/");
		if (path[at.length] == '\0' && !crosses)
			break;
		for (; left > 0 && (m = child_at(tree, &at)); left--)
			at.parent = m->id;
	}
	return at.parent;
}
