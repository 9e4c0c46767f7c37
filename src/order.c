#include "order.h"

#include <limits.h>
#include <stdlib.h>

#include "path.h"
#include "scoped.h"

#define DEPTHS (PATH_MAX / 2)

/* The bucket of a want: removals from the deepest up, then the others from the top down. */
static size_t bucket(const struct want *want)
{
	size_t depth = path_depth(want->target);

	return want_is_there(want) ? DEPTHS + depth : DEPTHS - 1 - depth;
}

size_t *order_make(const struct request *req)
{
	scoped_mem size_t *starts = calloc(2 * DEPTHS + 1, sizeof(*starts));
	size_t *order = calloc(req->n_wants + 1, sizeof(*order));

	if (!starts || !order) {
		free(order);
		return NULL;
	}
	for (size_t i = 0; i < req->n_wants; i++)
		starts[bucket(&req->wants[i]) + 1]++;
	for (size_t b = 1; b <= (size_t)2 * DEPTHS; b++)
		starts[b] += starts[b - 1];
	for (size_t i = 0; i < req->n_wants; i++)
		order[starts[bucket(&req->wants[i])]++] = i;
	return order;
}
