/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/gone_copies.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b)
{
	const struct gone_copy *x = a;
	const struct gone_copy *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_point(const void *a, const void *b)
{
	const struct gone_copy *x = a;
	const struct gone_copy *y = b;
	size_t length = x->length < y->length ? x->length : y->length;
	int order = memcmp(x->point, y->point, length);

	return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

int gone_copies_add(struct gone_copies *gone, const struct mount *m, const char *target)
{
	struct gone_copy *copy = NULL;

	if (gone_copies_find(gone, m->id))
		return 0;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -1;
	*copy = (struct gone_copy){m->id, m->parent, m->point, strlen(m->point), target};
	if (!tsearch(copy, &gone->by_id, by_id)) {
		free(copy);
		return -1;
	}
	/* Of several at one point the first will do: what carries them all is gone to. */
	return tsearch(copy, &gone->by_point, by_point) ? 0 : -1;
}

const struct gone_copy *gone_copies_find(const struct gone_copies *gone, uint64_t id)
{
	const struct gone_copy key = {.id = id};
	struct gone_copy **found = tfind(&key, &gone->by_id, by_id);

	return found ? *found : NULL;
}

const struct gone_copy *gone_copies_above(const struct gone_copies *gone, const char *path)
{
	struct gone_copy key = {.point = path};
	struct gone_copy **found = NULL;

	while (gone->by_point && !found && path[key.length] != '\0') {
		key.length += 1 + strcspn(path + key.length + 1, "/");
		found = tfind(&key, &gone->by_point, by_point);
	}
	return found ? *found : NULL;
}

static void leave(void *copy)
{
	(void)copy;
}

void gone_copies_done(struct gone_copies *gone)
{
	tdestroy(gone->by_point, leave);
	tdestroy(gone->by_id, free);
	*gone = (struct gone_copies){0};
}
