/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/touched.h"

#include <stdlib.h>

#include "base/array.h"
#include "kernel/mount_query.h"

/* Few carry all that is mounted on a host. */
static bool is_listed(const struct touched *touched, uint64_t id)
{
	for (size_t i = 0; i < touched->n; i++) {
		if (touched->ids[i] == id)
			return true;
	}
	return false;
}

static uint64_t parent_of(uint64_t id)
{
	struct mount m = {0};
	uint64_t parent = sys_mount(id, false, &m) < 0 || m.parent == id ? 0 : m.parent;

	mount_done(&m);
	return parent;
}

/* What carries those that are listed already is listed as well. */
static void add_above(struct touched *touched, uint64_t id)
{
	for (id = parent_of(id); id != 0 && !is_listed(touched, id); id = parent_of(id)) {
		if (ARRAY_RESERVE(touched->ids, touched->n, 1) < 0) {
			touched->is_all = true;
			return;
		}
		touched->ids[touched->n++] = id;
	}
}

void touched_find(const struct mount_changes *changes, struct touched *ret)
{
	*ret = (struct touched){.is_all = changes->is_unknown};
	for (size_t i = 0; i < changes->n_attached && !ret->is_all; i++)
		add_above(ret, changes->attached[i]);
}

bool touched_has(const struct touched *touched, uint64_t mount)
{
	return touched->is_all || is_listed(touched, mount);
}

void touched_done(struct touched *touched)
{
	free(touched->ids);
	*touched = (struct touched){0};
}
