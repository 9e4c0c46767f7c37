/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fstab/snapshot.h"
#include "kernel/host.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"
#include "observe/automount.h"
#include "observe/bare_target.h"
#include "observe/frozen_source.h"
#include "observe/fstab_match.h"
#include "observe/ground.h"
#include "observe/in_outer.h"
#include "observe/mount_stack.h"
#include "observe/pin_paths.h"
#include "observe/side.h"
#include "observe/source_foreseen.h"
#include "observe/submounts.h"
#include "observe/uncovered.h"
#include "observe/unit_file.h"
#include "observe/volume.h"

static int look_for_volume(const struct view *view, const struct want *want,
			   struct have *have)
{
	/* One that cannot be read counts as empty: then nothing is touched. */
	if (pinned_path_is_directory(&have->source) &&
	    sys_is_empty(want->source, &have->is_source_empty) < 0)
		have->is_source_empty = true;
	return mounted_volumes_have(&view->mounts->volumes,
				    have->layers[0].mount.superblock,
				    &have->is_volume_mounted);
}

static int look_at_mounts(const struct view *view, const struct want *want, bool again,
			  struct have *have)
{
	int r = 0;

	if (have->target.file_id.is_mount_root)
		r = layers_read(view->mounts, want, have);
	if (r == 0)
		r = automount_find_unit(view, want, have);
	if (r == 0 && volume_may_have_left(want, have))
		r = look_for_volume(view, want, have);
	if (r == 0)
		r = match_fstab(view, want, have);
	if (r == 0)
		r = submounts_read(view, want, again, have);
	if (r == 0)
		r = automount_find_in_source(view, want, have);
	return r;
}

static int pin_both_sources(const struct view *view, const struct want *want,
			    struct have *have, struct error *err)
{
	const struct mount *m = NULL;
	struct volume volume = {0};
	int r = 0;

	if (seen_is_of(view->seen, want))
		pinned_path_move(&view->seen->source, &have->source);
	else if (!want->source || pin_source(view, want->source, want_is_there(want),
					     &have->source, err) < 0)
		return want->source ? -1 : 0;
	if (source_foresee(view, want, &have->source) < 0)
		return error_no_memory(err);
	volume = volume_of(want, have);
	if (volume.path &&
	    pin_source_mount(view, volume.path, &have->source_mount, err) < 0)
		return -1;
	if (!pinned_path_is_there(&have->source))
		return 0;
	r = mounts_shared(view->mounts, have->source.file_id.mount, &m);
	if (r < 0)
		return look_failed(want->target, r, err);
	have->source_attr = m->attr;
	have->is_source_unbindable = (m->propagation & PROPAGATION_UNBINDABLE) != 0;
	have->is_source_deleted = have->source.file_id.is_mount_root && mount_is_deleted(m);
	have->source_magic = m->magic;
	r = frozen_source_find(view, want, m, &have->frozen_at);
	return r < 0 ? look_failed(want->target, r, err) : 0;
}

/* The line names the same source, in whatever words. */
static bool is_its_source(const struct fstab_entry *bind, const char *source)
{
	scoped_mem char *real = NULL;

	if (strcmp(bind->source, source) == 0)
		return true;
	real = fstab_source(bind);
	return real && strcmp(real, source) == 0;
}

/* What the line says of the mount that its source lies on. */
static int look_at_kept(const struct want *want, struct have *have)
{
	struct source_mount *kept = &have->kept;
	char *real = NULL;

	if (source_mount_of_line(have->line.bind, kept) < 0)
		return -1;
	if (!want->follow || !kept->path || sys_resolve(kept->path, &real) < 0)
		return 0;
	free(kept->path);
	kept->path = real;
	return 0;
}

/* What fstab says of the mount that the source has to lie on. */
static int look_at_volume(const struct want *want, struct have *have, struct error *err)
{
	const struct fstab_entry *bind = have->line.bind;

	if (!want_is_there(want) || !have->line.fstab || !want->source)
		return 0;
	have->listed = fstab_mount_above(have->line.fstab, have->line.mount_points,
					 want->source, want->target);
	if (!bind || !is_its_source(bind, want->source))
		return 0;
	return look_at_kept(want, have) < 0 ? error_no_memory(err) : 0;
}

static int look_at_line(const struct view *view, const struct want *want, bool again,
			struct have *have, struct error *err)
{
	if (view->snapshot)
		have->line = snapshot_find(view->snapshot, want->target);
	have->line.skip_fstab = again || !view->snapshot;
	if (want_of_fstab(want) == DECIDES_THERE) {
		have->line.has_busybox = sys_has_busybox_mount();
		if (unit_file_find(want->target, &have->line.is_shadowed) < 0)
			return error_no_memory(err);
	}
	return look_at_volume(want, have, err);
}

/* A line can be removed wherever its paths lead to. */
static bool is_line_alone(const struct want *want)
{
	return want_of_fstab(want) == DECIDES_GONE && !want_is_gone(want);
}

/*
 * Pin the target as it will be once what the request takes away is gone; then nothing else
 * is to be asked of the path.
 */
static int pin_uncovered(const struct view *view, const struct want *want,
			 struct have *have, struct error *err)
{
	struct mount m = {0};
	const struct turn *turn = view_turn(view, want);
	uint64_t carrier = 0;
	int r = want_is_there(want) || (turn && turn->is_uncovered) ||
				view_copy_taken_above(view, want->target)
			? uncovered_look(view, want->target, &have->target, &carrier)
			: 0;

	if (r == -ENOTDIR || r == -ELOOP)
		return refuse_target(want->target, -r, err);
	have->is_uncovered = r > 0;
	if (r > 0 && !pinned_path_is_there(&have->target)) {
		r = sys_mount(carrier, true, &m);
		if (r == 0)
			r = ground_be(&m, &have->ground);
		mount_done(&m);
	}
	return r < 0 ? look_failed(want->target, r, err) : 0;
}

static int pin_own_target(const struct view *view, const struct want *want,
			  struct have *have, struct error *err)
{
	if (seen_is_of(view->seen, want)) {
		pinned_path_move(&view->seen->target, &have->target);
		return 0;
	}
	return pin_target(view, want->target, !want_is_there(want), &have->target, err);
}

/* Below a file nothing is mounted, and more is not asked of what shall be gone. */
static bool is_gone_for_sure(const struct want *want, const struct error *err)
{
	return err->number == ENOTDIR && want_is_gone(want) &&
	       want_of_fstab(want) != DECIDES_THERE;
}

/* What the target leads to, as far as that matters. */
static int pin_at_target(const struct view *view, const struct want *want,
			 struct have *have, struct error *err)
{
	int r = pin_uncovered(view, want, have, err);

	if (r == 0 && !have->is_uncovered)
		r = pin_own_target(view, want, have, err);
	if (r == 0)
		r = check_in_outer(view, want, err);
	return r < 0 && is_gone_for_sure(want, err) ? 0 : r;
}

int observe(const struct view *view, const struct want *want, bool again, struct have *ret,
	    struct error *err)
{
	struct have have = HAVE_INIT;
	int r = look_at_line(view, want, again, &have, err);

	mounts_begin(view->mounts, seen_is_of(view->seen, want) ? &view->seen->mount
								: &(struct mount){0});
	if (r == 0)
		r = pin_both_sources(view, want, &have, err);
	if (r == 0)
		r = pin_at_target(view, want, &have, err);
	if (r == 0 && !have.is_uncovered && want_makes_target(want) &&
	    !pinned_path_is_there(&have.target) && !have.target.untriggered)
		r = ground_look(view, want, &have, err);
	if (r == 0) {
		r = look_at_mounts(view, want, again, &have);
		if (r < 0)
			r = look_failed(want->target, r, err);
	}
	if (view->seen)
		seen_done(view->seen);
	if (r == 0 && want_removes_target(want) && pinned_path_is_there(&have.target))
		r = bare_target_look(view, want, &have, err);
	if (r < 0 && is_line_alone(want)) {
		have_done(&have);
		r = look_at_line(view, want, again, &have, err);
	}
	if (r < 0) {
		have_done(&have);
		return -1;
	}
	*ret = have;
	return 0;
}

int observe_in_outer(const struct view *view, const struct want *want,
		     const struct want *outer, struct have *ret, struct error *err)
{
	struct have have = HAVE_INIT;
	int r = look_at_line(view, want, false, &have, err);

	if (r == 0)
		r = pin_both_sources(view, want, &have, err);
	if (r == 0)
		r = pin_in_outer(view, want, outer, &have.target, err);
	if (r < 0) {
		have_done(&have);
		return -1;
	}
	*ret = have;
	return 0;
}
