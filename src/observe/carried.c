/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/carried.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/observe.h"
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

/* The same steps as apply's, with what is seen nowhere and is gone at the end. */
static bool is_carried(const struct want *want, const struct want *outer)
{
	bool can = sys_copies_are_detached();
	scoped_fd int source = can ? sys_open(outer->source) : -1;
	scoped_fd int tree = source < 0 ? source : sys_clone(source, outer->recursive);
	scoped_fd int old = tree < 0 ? tree : sys_open(want->target);
	scoped_fd int copy = old < 0 ? old : sys_clone(old, false);
	scoped_fd int place = -1;

	/* First private, or what is attached would be handed on to the source's peers. */
	if (copy < 0 || sys_set_private(tree, outer->recursive) < 0)
		return false;
	place = sys_open_within(tree, path_rest(want->target, outer->target), false);
	return place >= 0 && sys_attach(copy, place) == 0;
}

/* Of several layers only the upper one is carried. */
static void be_carried(struct have *have)
{
	struct mount *m = &have->layers[0].mount;

	m->attr |= MOUNT_FLAG_RDONLY;
	m->propagation = PROPAGATION_PRIVATE;
	for (size_t i = 1; i < have->n_layers; i++)
		mount_done(&have->layers[i].mount);
	have->n_layers = 1;
	have->is_base_shared = false;
}

int carried_observe(const struct view *view, const struct want *want,
		    const struct want *outer, struct have *ret, struct error *err)
{
	struct error ignored = {0};
	int r = observe(view, want, false, ret, &ignored);

	if (r < 0 && ignored.kind == ERROR_MEMORY)
		return error_no_memory(err);
	if (r < 0)
		return 0;
	if (ret->n_layers > 0 && is_carried(want, outer)) {
		be_carried(ret);
		return 1;
	}
	have_done(ret);
	return 0;
}
