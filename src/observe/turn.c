/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/turn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/mount_query.h"

struct turn *turns_make(const struct request *req)
{
	return calloc(req->n_wants + 1, sizeof(struct turn));
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
	qsort(ids, n, sizeof(*ids), array_by_uint64);
	free(turn->gone);
	turn->gone = ids;
	turn->n_gone = n;
	turn->base = have_floor(have);
	return 0;
}

int turn_peel(struct turn *turn, const struct have *have, size_t n)
{
	uint64_t lowest = have->layers[n - 1].mount.id;
	scoped_mem uint64_t *on_it = NULL;
	size_t n_on_it = 0;
	size_t count = 0;
	int r = sys_mounts_below(lowest, &on_it, &n_on_it);
	uint64_t *ids = r < 0 ? NULL : calloc(n_on_it + have->n_layers + 1, sizeof(*ids));

	if (!ids)
		return r < 0 ? r : -ENOMEM;
	ids[count++] = lowest;
	for (size_t i = 0; i < n_on_it; i++)
		ids[count++] = on_it[i];
	for (size_t i = n; i < have->n_layers; i++) {
		if (have->layers[i].goes_along)
			ids[count++] = have->layers[i].mount.id;
	}
	qsort(ids, count, sizeof(*ids), array_by_uint64);
	turn->gone = ids;
	turn->n_gone = count;
	turn->base = have_floor(have);
	return 0;
}

void turn_give_back(struct turn *turn)
{
	free(turn->gone);
	turn->gone = NULL;
	turn->n_gone = 0;
}

bool turn_has_taken(const struct turn *turn, uint64_t id)
{
	return turn->n_gone > 0 &&
	       bsearch(&id, turn->gone, turn->n_gone, sizeof(id), array_by_uint64) != NULL;
}

void turns_done(struct turn *turns, const struct request *req)
{
	for (size_t i = 0; turns && i < req->n_wants; i++)
		free(turns[i].gone);
	free(turns);
}
