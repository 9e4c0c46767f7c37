#include "run/order.h"

#include <limits.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"

#define DEPTHS (PATH_MAX / 2)

/* The bucket of a want: removals from the deepest up, then the others from the top down. */
static size_t bucket(const struct request *req, size_t i)
{
	const struct want *want = &req->wants[i];
	size_t depth = path_depth(want->target);

	if (want_is_there(want))
		return DEPTHS + (req->keeps_order ? 0 : depth);
	return DEPTHS - 1 - depth;
}

size_t *order_make(const struct request *req, size_t from, size_t to)
{
	scoped_mem size_t *starts = calloc(2 * DEPTHS + 1, sizeof(*starts));
	size_t *order = calloc(to - from + 1, sizeof(*order));

	if (!starts || !order) {
		free(order);
		return NULL;
	}
	for (size_t i = from; i < to; i++)
		starts[bucket(req, i) + 1]++;
	for (size_t b = 1; b <= (size_t)2 * DEPTHS; b++)
		starts[b] += starts[b - 1];
	for (size_t i = from; i < to; i++)
		order[starts[bucket(req, i)]++] = i;
	return order;
}
