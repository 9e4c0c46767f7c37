#include "observe/carried.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/place_in_copy.h"

/* What is at a path: 0 or -errno. */
static int look_at(const char *path, struct file_id *ret)
{
	scoped_fd int fd = sys_open(path);

	return fd < 0 ? fd : sys_stat(fd, ret);
}

static int has_place(const struct want *want, const struct mount *m, bool *ret)
{
	struct file_id there = {0};
	struct file_id carried = {0};
	scoped_fd int place =
		place_in_copy(want, path_rest(m->point, want->target), &there);
	int r = place < 0 ? place : 0;

	*ret = true;
	if (r == -ENOMEM)
		return r;
	if (path_leads_nowhere(r) || r == -EAGAIN)
		*ret = false;
	else if (r == 0 && look_at(m->point, &carried) == 0)
		*ret = S_ISDIR(there.mode) == S_ISDIR(carried.mode);
	return 0;
}

int carried_find_lost(const struct want *want, const struct have *have,
		      const struct mount **ret)
{
	const struct mount *above = NULL;

	*ret = NULL;
	/* Sorted by point: what lies within one that is carried has its place there. */
	for (size_t i = 0; i < have->below.count; i++) {
		const struct mount *m = &have->below.items[i];
		bool can = sys_copies_are_detached();

		if (have->below_kinds[i] != BELOW_IN_FSTAB ||
		    (above && path_is_below(m->point, above->point)))
			continue;
		if (can && has_place(want, m, &can) < 0)
			return -ENOMEM;
		if (!can) {
			*ret = m;
			return 0;
		}
		above = m;
	}
	return 0;
}
