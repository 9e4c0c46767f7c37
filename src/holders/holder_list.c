/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/holder_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* clang-format off */
const char *const why_names[WHY_COUNT_] = {
	[WHY_WRITABLE] = "writable",
	[WHY_STALE]    = "stale",
	[WHY_WRITER]   = "writer",
};
/* clang-format on */

int holders_add(struct holder_list *list, size_t bind, pid_t pid, enum why why,
		const char *path)
{
	char *copy = strdup(path);

	if (!copy || ARRAY_RESERVE(list->items, list->count, 1) < 0) {
		free(copy);
		return -1;
	}
	list->items[list->count++] =
		(struct holder){.bind = bind, .pid = pid, .why = why, .path = copy};
	return 0;
}

static int by_who(const struct holder *x, const struct holder *y)
{
	if (x->bind != y->bind)
		return x->bind < y->bind ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->why > y->why) - (x->why < y->why);
}

static int by_who_and_path(const void *a, const void *b)
{
	const struct holder *x = a;
	const struct holder *y = b;
	int order = by_who(x, y);

	return order != 0 ? order : strcmp(x->path, y->path);
}

void holders_settle(struct holder_list *list)
{
	size_t n = 0;

	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), by_who_and_path);
	for (size_t i = 0; i < list->count; i++) {
		if (n > 0 && by_who(&list->items[n - 1], &list->items[i]) == 0)
			free(list->items[i].path);
		else
			list->items[n++] = list->items[i];
	}
	list->count = n;
}

void holders_done(struct holder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].path);
	free(list->items);
	*list = (struct holder_list){0};
}

static int by_bind(const void *key, const void *element)
{
	size_t bind = *(const size_t *)key;
	const struct holder *holder = element;

	return (bind > holder->bind) - (bind < holder->bind);
}

static size_t first_of(const struct holder_list *list, size_t bind)
{
	return ARRAY_LOWER_BOUND(list->items, list->count, &bind, by_bind);
}

struct holder_range holders_of(const struct holder_list *list, size_t bind)
{
	return (struct holder_range){first_of(list, bind), first_of(list, bind + 1)};
}

bool holders_have(const struct holder_list *list, size_t bind, enum why why)
{
	struct holder_range range = holders_of(list, bind);

	for (size_t i = range.first; i < range.end; i++) {
		if (list->items[i].why == why)
			return true;
	}
	return false;
}
