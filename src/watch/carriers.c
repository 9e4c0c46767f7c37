/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/carriers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/mount_query.h"

/* What one that is gone was mounted on is of no matter. */
static int parent_of(uint64_t id, uint64_t *ret)
{
	struct mount m = {0};
	int r = sys_mount(id, false, &m);

	*ret = m.parent;
	mount_done(&m);
	return r;
}

void carriers_find(struct carriers *ret)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n_all = 0;
	size_t n = 0;
	int r = sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n_all);

	*ret = (struct carriers){0};
	for (size_t i = 0; r == 0 && i < n_all; i++) {
		uint64_t parent = 0;

		r = parent_of(ids[i], &parent);
		if (r == 0 && (n == 0 || ids[n - 1] != parent))
			ids[n++] = parent;
		if (r == -ENOENT || r == -EPERM)
			r = 0;
	}
	if (r < 0)
		return;
	qsort(ids, n, sizeof(*ids), array_by_uint64);
	*ret = (struct carriers){.is_known = true, .ids = STEAL(ids), .n = n};
}

bool carriers_may_have(const struct carriers *carriers, uint64_t mount)
{
	return !carriers->is_known ||
	       (carriers->n > 0 && bsearch(&mount, carriers->ids, carriers->n,
					   sizeof(mount), array_by_uint64));
}

void carriers_done(struct carriers *carriers)
{
	free(carriers->ids);
	*carriers = (struct carriers){0};
}
