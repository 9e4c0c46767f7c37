/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/automount.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "kernel/automount.h"
#include "kernel/features.h"
#include "kernel/host.h"
#include "observe/unit_file.h"

/* systemd answers at once, or is not to be waited for. */
#define ASK_SECONDS 2.0

/* ---- on the way ---- */

/*
 * Whether the kernel would ask for something to be mounted there: not at the directory of a
 * map, whose names are what is mounted, nor at a name with mounts below it.
 */
static int is_asked_for(const struct view *view, const char *path,
			const struct file_id *file_id, const struct mount *m, bool *ret)
{
	struct mount_list below = {0};
	struct automount automount = {0};
	int r = 0;

	if (file_id->is_mount_root) {
		r = sys_automount(m->superblock, &automount);
		*ret = r == 0 && !automount.is_map;
		return r;
	}
	r = mounts_below(view->mounts, file_id->mount, path, false, true, &below);
	*ret = r == 0 && below.count == 0;
	mount_list_done(&below);
	return r;
}

int automount_waits(const struct view *view, const char *path,
		    const struct file_id *file_id, bool *ret)
{
	const struct mount *shared = NULL;
	struct mount m = {0};
	int r = 0;

	/* What is no mount root lies on a mount that many binds have in common. */
	if (file_id->is_mount_root)
		r = mounts_top(view->mounts, file_id->mount, &m);
	else
		r = mounts_shared(view->mounts, file_id->mount, &shared);
	*ret = r == 0 && (shared ? shared->magic : m.magic) == AUTOFS_SUPER_MAGIC;
	return *ret ? is_asked_for(view, path, file_id, shared ? shared : &m, ret) : r;
}

bool automount_is_copy(const struct file_id *file_id)
{
	struct mount m = {0};

	return file_id->is_mount_root && sys_mount(file_id->mount, false, &m) == 0 &&
	       m.magic == AUTOFS_SUPER_MAGIC && mount_is_read_only(&m);
}

/* ---- at the target ---- */

/*
 * Whether it is there for the bind, and systemd would take it away, with all that is mounted
 * at the place; but that of our mount namespace, and no other's.
 */
static bool may_stop(const struct view *view, const struct want *want,
		     const struct have *have)
{
	double soon = clock_now() + ASK_SECONDS;

	return want_is_gone(want) && have->on.is_lowest &&
	       (have->line.bind || want->replace) && !features_found()->is_private &&
	       sys_has_systemd() &&
	       sys_is_unit_active(have->on.unit, view->deadline > 0 && view->deadline < soon
							 ? view->deadline
							 : soon);
}

int automount_find_unit(const struct view *view, const struct want *want, struct have *have)
{
	if (!have->on.is_of_systemd)
		return 0;
	have->on.unit = unit_name("", want->target, ".automount");
	if (!have->on.unit)
		return -ENOMEM;
	have->on.may_stop = may_stop(view, want, have);
	return 0;
}

/* ---- in the source ---- */

static bool is_to_be_there(size_t i, const void *arg)
{
	const struct request *req = arg;

	return want_is_there(&req->wants[i]);
}

/* Another bind of the request has its place in the view, or one above it. 0 or -ENOMEM. */
static int is_covered(const struct view *view, const struct want *want, const char *point,
		      bool *ret)
{
	const struct request *req = view->req;
	scoped_mem char *place = path_join(want->target, path_rest(point, want->source));
	size_t i = HASH_TABLE_NONE;

	if (!place)
		return -ENOMEM;
	i = hash_table_get_at_or_above(&req->targets, place, is_to_be_there, req);
	*ret = i != HASH_TABLE_NONE && path_is_below(req->wants[i].target, want->target);
	return 0;
}

/* What is mounted on it already came along, and is seen there. */
static bool is_seen(const struct mount_list *below, size_t i)
{
	const struct mount *m = &below->items[i];

	return m->magic == AUTOFS_SUPER_MAGIC &&
	       (i + 1 == below->count || strcmp(below->items[i + 1].point, m->point) != 0);
}

/*
 * An automount mounts where it is itself, and nothing in a copy: who goes in there is told
 * of too many symlinks.
 */
int automount_find_in_source(const struct view *view, const struct want *want,
			     struct have *have)
{
	const struct mount_list *below = &have->source_below;
	const char *found = NULL;

	if (!want_is_there(want))
		return 0;
	if (have->source_magic == AUTOFS_SUPER_MAGIC)
		found = want->source;
	for (size_t i = 0; want->recursive && !found && i < below->count; i++) {
		bool covered = false;

		if (!is_seen(below, i))
			continue;
		if (is_covered(view, want, below->items[i].point, &covered) < 0)
			return -ENOMEM;
		found = covered ? NULL : below->items[i].point;
	}
	if (!found)
		return 0;
	have->automount = strdup(found);
	return have->automount ? 0 : -ENOMEM;
}
