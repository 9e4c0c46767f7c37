/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/turn.h"

#include <stdlib.h>
#include <string.h>

struct turn *turns_make(const struct request *req)
{
	return calloc(req->n_wants + 1, sizeof(struct turn));
}

static int by_id(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

int turn_take(struct turn *turn, const struct have *have)
{
	size_t n = turn->n_gone;
	uint64_t *ids = calloc(n + have->n_layers + have->below.count + 2, sizeof(*ids));

	if (!ids)
		return -1;
	if (n > 0)
		memcpy(ids, turn->gone, n * sizeof(*ids));
	for (size_t i = 0; i < have->n_layers; i++)
		ids[n++] = have->layers[i].mount.id;
	for (size_t i = 0; i < have->below.count; i++)
		ids[n++] = have->below.items[i].id;
	if (have->on.may_stop)
		ids[n++] = have->on.mount;
	qsort(ids, n, sizeof(*ids), by_id);
	free(turn->gone);
	turn->gone = ids;
	turn->n_gone = n;
	turn->base = have_floor(have);
	return 0;
}

bool turn_has_taken(const struct turn *turn, uint64_t id)
{
	return turn->n_gone > 0 &&
	       bsearch(&id, turn->gone, turn->n_gone, sizeof(id), by_id) != NULL;
}

void turns_done(struct turn *turns, const struct request *req)
{
	for (size_t i = 0; turns && i < req->n_wants; i++)
		free(turns[i].gone);
	free(turns);
}
