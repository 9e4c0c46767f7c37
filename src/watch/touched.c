/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/touched.h"

#include <stdlib.h>

#include "base/array.h"
#include "kernel/mount_query.h"

/* Few carry all that is mounted on a host. */
static const struct mount_change *find(const struct touched *touched, uint64_t id)
{
	for (size_t i = 0; i < touched->n; i++) {
		if (touched->items[i].mount == id)
			return &touched->items[i];
	}
	return NULL;
}

static uint64_t parent_of(uint64_t id)
{
	struct mount m = {0};
	uint64_t parent = sys_mount(id, false, &m) < 0 || m.parent == id ? 0 : m.parent;

	mount_done(&m);
	return parent;
}

/* What carries those that are listed already is listed as well. */
static void add_above(struct touched *touched, const struct mount_change *change)
{
	uint64_t id = parent_of(change->mount);

	for (; id != 0 && !find(touched, id); id = parent_of(id)) {
		if (ARRAY_RESERVE(touched->items, touched->n, 1) < 0) {
			touched->is_all = true;
			return;
		}
		touched->items[touched->n++] = (struct mount_change){id, change->actor};
	}
}

void touched_find(const struct mount_changes *changes, struct touched *ret)
{
	*ret = (struct touched){.is_all = changes->is_unknown};
	for (size_t i = 0; i < changes->n_attached && !ret->is_all; i++)
		add_above(ret, &changes->attached[i]);
}

bool touched_has(const struct touched *touched, uint64_t mount)
{
	return touched->is_all || find(touched, mount);
}

pid_t touched_actor(const struct touched *touched, uint64_t mount)
{
	const struct mount_change *change = find(touched, mount);

	return change ? change->actor : 0;
}

void touched_done(struct touched *touched)
{
	free(touched->items);
	*touched = (struct touched){0};
}
