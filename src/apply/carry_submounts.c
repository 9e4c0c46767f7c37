/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/carry_submounts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/*
 * The place for an inner bind in the new tree. That the kernel knows all names on the way
 * is seen to by a walk of the same place in the source, which cannot hang us, and by that
 * of the old mount's place.
 */
static int open_place(const struct step_context *w, int tree, const char *rest)
{
	scoped_mem char *path = path_join(w->want->source, rest);
	scoped_fd int known = path ? sys_open(path) : -ENOMEM;

	return known == -ENOMEM || known == -ETIMEDOUT ? known
						       : sys_open_within(tree, rest, false);
}

static int carry_submount(const struct step_context *w, int tree, const struct mount *m)
{
	scoped_fd int old = sys_open(m->point);
	scoped_fd int place = -1;
	scoped_fd int copy = -1;
	struct file_id file_id = {0};
	int r = old < 0 ? old : sys_stat(old, &file_id);

	if (r == 0 && file_id.mount != m->id)
		r = -ESTALE;
	if (r == 0) {
		place = open_place(w, tree, path_rest(m->point, w->want->target));
		r = place < 0 ? place : 0;
	}
	if (r == 0) {
		copy = sys_clone(old, false);
		r = copy < 0 ? copy : 0;
	}
	if (r == 0)
		r = sys_set_up(copy, (struct flag_change){.set = MOUNT_FLAG_RDONLY}, false);
	return r == 0 ? sys_attach(copy, place) : r;
}

int carry_submounts_over(struct step_context *w, int tree, bool *ret_all,
			 const struct mount **ret_lost)
{
	const struct have *have = w->have;

	*ret_all = true;
	*ret_lost = NULL;
	/* Sorted by point: an outer one comes before what lies within it. */
	for (size_t i = 0; i < have->below.count; i++) {
		enum below_kind kind = have->below_kinds[i];
		int r = 0;

		if (kind != BELOW_REQUEST && kind != BELOW_IN_FSTAB)
			continue;
		r = sys_copies_are_detached()
			    ? carry_submount(w, tree, &have->below.items[i])
			    : -EINVAL;
		if (r == -ENOMEM || r == -ETIMEDOUT)
			return r;
		if (r < 0 && kind == BELOW_IN_FSTAB && !w->want->replace)
			*ret_lost = &have->below.items[i];
		*ret_all &= r == 0;
		w->carried += r == 0;
	}
	return 0;
}

/* Take a copy off its place, where that is what is seen there. Else its turn will tell. */
static void clear_place(const struct mount *original, const char *place)
{
	scoped_fd int fd = sys_open(place);
	struct file_id file_id = {0};
	struct mount m = {0};

	if (fd < 0 || sys_stat(fd, &file_id) < 0 || !file_id.is_mount_root)
		return;
	if (sys_mount(file_id.mount, true, &m) < 0)
		return;
	if (mount_is_same_tree(original, &m))
		(void)!sys_detach(fd, place);
	mount_done(&m);
}

int clear_given_places(const struct step_context *w)
{
	const struct have *have = w->have;

	for (size_t i = 0; w->want->recursive && i < have->source_below.count; i++) {
		const struct mount *m = &have->source_below.items[i];
		scoped_mem char *place = NULL;

		if (!have->is_given[i])
			continue;
		place = path_join(w->want->target, path_rest(m->point, w->want->source));
		if (!place)
			return -ENOMEM;
		clear_place(m, place);
	}
	return 0;
}
