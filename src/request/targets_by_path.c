/* SPDX-License-Identifier: Apache-2.0 */
#include "request/targets_by_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/path.h"

static int by_target(const void *a, const void *b)
{
	const struct target_place *x = a;
	const struct target_place *y = b;

	return strcmp(x->target, y->target);
}

static bool is_any_recursive(const struct want *wants, size_t n_wants)
{
	for (size_t i = 0; i < n_wants; i++) {
		if (wants[i].recursive && want_is_there(&wants[i]))
			return true;
	}
	return false;
}

int targets_sort(const struct want *wants, size_t n_wants, struct targets_by_path *ret)
{
	*ret = (struct targets_by_path){0};
	if (!is_any_recursive(wants, n_wants))
		return 0;
	ret->items = calloc(n_wants, sizeof(*ret->items));
	if (!ret->items)
		return -1;
	for (size_t i = 0; i < n_wants; i++) {
		if (want_is_there(&wants[i]))
			ret->items[ret->count++] =
				(struct target_place){wants[i].target, i};
	}
	qsort(ret->items, ret->count, sizeof(*ret->items), by_target);
	return 0;
}

/* Before the first target that begins with `path` and then has this byte or a higher one. */
struct edge {
	const char *path;
	unsigned char next;
};

static int by_edge(const void *key, const void *element)
{
	const struct edge *edge = key;
	const char *target = ((const struct target_place *)element)->target;
	size_t length = strlen(edge->path);
	int order = strncmp(edge->path, target, length);

	if (order != 0)
		return order;
	return edge->next > (unsigned char)target[length] ? 1 : -1;
}

struct target_range targets_below(const struct targets_by_path *targets, const char *path)
{
	const struct edge first = {path, '/'};
	const struct edge end = {path, '/' + 1};

	return (struct target_range){
		ARRAY_LOWER_BOUND(targets->items, targets->count, &first, by_edge),
		ARRAY_LOWER_BOUND(targets->items, targets->count, &end, by_edge),
	};
}

void targets_done(struct targets_by_path *targets)
{
	free(targets->items);
	*targets = (struct targets_by_path){0};
}
