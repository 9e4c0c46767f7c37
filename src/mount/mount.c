/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/mount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mount/flags.h"

int mount_by_point(const void *a, const void *b)
{
	return strcmp(((const struct mount *)a)->point, ((const struct mount *)b)->point);
}

int mount_by_point_and_id(const void *a, const void *b)
{
	const struct mount *x = a;
	const struct mount *y = b;
	int order = mount_by_point(x, y);

	return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

void mount_done(struct mount *m)
{
	free(m->text);
	*m = (struct mount){0};
}

void mount_list_done(struct mount_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		mount_done(&list->items[i]);
	free(list->items);
	*list = (struct mount_list){0};
}

int mount_set_text(struct mount *m, const char *root, const char *point,
		   const char *fs_type)
{
	size_t a = strlen(root) + 1;
	size_t b = strlen(point) + 1;
	size_t c = strlen(fs_type) + 1;

	m->text = malloc(a + b + c);
	if (!m->text)
		return -ENOMEM;
	m->root = memcpy(m->text, root, a);
	m->point = memcpy(m->text + a, point, b);
	m->fs_type = memcpy(m->text + a + b, fs_type, c);
	return 0;
}

bool mount_is_read_only(const struct mount *m)
{
	return (m->attr & MOUNT_FLAG_RDONLY) != 0;
}

bool mount_is_shared(const struct mount *m)
{
	return (m->propagation & PROPAGATION_SHARED) != 0;
}

bool mount_is_private(const struct mount *m)
{
	return m->propagation == PROPAGATION_PRIVATE;
}

bool mount_is_deleted(const struct mount *m)
{
	size_t mark = sizeof(MOUNT_ROOT_DELETED) - 1;
	size_t n = strlen(m->root);

	return n >= mark && strcmp(m->root + n - mark, MOUNT_ROOT_DELETED) == 0;
}

bool mount_is_same_tree(const struct mount *a, const struct mount *b)
{
	return a->superblock == b->superblock && strcmp(a->root, b->root) == 0;
}

struct mount *mount_list_find(const struct mount_list *list, const char *point)
{
	const struct mount key = {.point = point};

	return list->count == 0 ? NULL
				: bsearch(&key, list->items, list->count,
					  sizeof(*list->items), mount_by_point);
}
