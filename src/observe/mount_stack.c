/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which mount is whose is told by what it shows, never by names:
 *
 *   top layer     (st_dev, st_ino) and super block equal those of the source; on btrfs also
 *                 the root path, because all stubs of nested subvolumes are inode 2; and
 *                 where somebody else gives the numbers, the root must not be deleted
 *   lower layers  cannot be opened; super block and root path are those of the source
 *   stale         the root path is the source's and ends in "//deleted"
 *   covered       the root path is that of the source's path on a mount further down
 *   automount     one that mounts what is asked for at the target carries the layers
 *   self-bind     (source and target are one path) a layer shows what the mount below it
 *                 has at that place; one that does not is the disk's own, and no layer
 */
#include "observe/mount_stack.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "kernel/automount.h"
#include "kernel/mount_query.h"
#include "mount/fs_kind.h"
#include "observe/source_location.h"

struct reading {
	struct mounts *mounts;
	const struct want *want;
	struct have *have;
	struct source_location source; /* once it is needed */
	bool is_located;
};

/* Take the root path from the top mount if it shows the source: in a chroot, mount points
 * are relative to a root we may not see. */
static int adopt_root(struct reading *rd)
{
	const struct layer *first = rd->have->layers;
	struct mount top = {0};

	if (rd->have->n_layers == 0 || first->kind != LAYER_SAME ||
	    sys_mount(first->mount.id, true, &top) < 0)
		return 0;
	free(rd->source.at.root);
	rd->source.at.root = strdup(top.root);
	mount_done(&top);
	return rd->source.at.root ? 0 : -ENOMEM;
}

static int locate_source(struct reading *rd)
{
	const struct pinned_path *source = &rd->have->source;
	int r = source_location_find(rd->mounts, rd->want->source,
				     pinned_path_is_there(source) ? &source->file_id : NULL,
				     &rd->source);

	if (r < 0)
		return r;
	rd->is_located = true;
	rd->have->source_superblock = rd->source.at.superblock;
	rd->have->source_point_length = rd->source.point_length;
	return adopt_root(rd);
}

static enum layer_kind compare_with_source(const struct source_location *source,
					   const struct mount *m)
{
	enum fs_view view = fs_location_compare(&source->at, m);

	if (view != FS_VIEW_NONE)
		return view == FS_VIEW_SAME ? LAYER_SAME : LAYER_STALE;
	for (size_t i = 0; i < source->n_covered; i++) {
		if (fs_location_compare(&source->covered[i], m) != FS_VIEW_NONE)
			return LAYER_COVERED;
	}
	return LAYER_OTHER;
}

/* By names within one file system: for what cannot be opened, or is gone. */
static int classify_by_root(struct reading *rd, const struct mount *m, enum layer_kind *ret)
{
	int r = 0;

	*ret = LAYER_OTHER;
	if (!rd->want->source)
		return 0;
	if (!rd->is_located)
		r = locate_source(rd);
	if (r == 0)
		*ret = compare_with_source(&rd->source, m);
	return r;
}

static bool is_same_file(const struct have *have)
{
	return pinned_path_is_there(&have->source) && !have->source.file_id.failure &&
	       !have->target.file_id.failure && !have->is_uncovered &&
	       have->source.file_id.dev == have->target.file_id.dev &&
	       have->source.file_id.ino == have->target.file_id.ino;
}

/*
 * Does the mount show the very file that the source is? `m` gets its texts where the
 * numbers alone do not tell.
 */
static int is_source_itself(struct reading *rd, struct mount *m, bool *ret)
{
	const struct mount *source = NULL;
	int r = 0;

	*ret = false;
	if (!is_same_file(rd->have))
		return 0;
	r = mounts_shared(rd->mounts, rd->have->source.file_id.mount, &source);
	if (r < 0 || source->superblock != m->superblock || m->magic == BTRFS_SUPER_MAGIC)
		return r;
	*ret = true;
	if (fs_is_local(m->magic))
		return 0;
	/* The number may be in use again: of what was deleted only the root path tells. */
	r = sys_mount(m->id, true, m);
	if (r == 0 && mount_is_deleted(m)) {
		enum layer_kind kind = LAYER_OTHER;

		r = classify_by_root(rd, m, &kind);
		*ret = kind == LAYER_SAME;
	}
	return r;
}

/* Of what is at the same path, as far as one can see. */
static enum layer_kind compare_files(const struct have *have)
{
	if (is_same_file(have) || have->source.file_id.failure || have->is_uncovered)
		return LAYER_SAME;
	/* Another inode: the name was made anew since we looked; or before, where the old
	 * one has failed. */
	return have->target.file_id.failure ? LAYER_STALE : LAYER_OTHER;
}

static int read_other(struct reading *rd, struct mount *m, enum layer_kind *ret)
{
	int r = m->text ? 0 : sys_mount(m->id, true, m);

	if (r == 0)
		r = classify_by_root(rd, m, ret);
	if (*ret == LAYER_SAME && pinned_path_is_there(&rd->have->source))
		*ret = compare_files(rd->have);
	return r;
}

static int read_top_layer(struct reading *rd, struct layer *ret)
{
	struct layer top = {.kind = LAYER_SAME};
	bool is_source = false;
	int r = mounts_top(rd->mounts, rd->have->target.file_id.mount, &top.mount);

	if (r == 0)
		r = is_source_itself(rd, &top.mount, &is_source);
	if (r == 0 && !is_source)
		r = read_other(rd, &top.mount, &top.kind);
	if (r < 0) {
		mount_done(&top.mount);
		return r;
	}
	*ret = top;
	return 0;
}

/* For source == target: does the mount show what its parent has at this place? */
static int is_self_bind(const struct reading *rd, const struct mount *m, bool *ret)
{
	const struct mount *parent = NULL;
	struct fs_location place = {0};
	struct mount self = {0};
	int r = mounts_shared(rd->mounts, m->parent, &parent);

	if (r == 0)
		r = fs_location_find(parent, rd->want->target, &place);
	if (r == 0)
		r = sys_mount(m->id, true, &self);
	if (r == 0)
		*ret = fs_location_is_shown(&place, &self);
	fs_location_done(&place);
	mount_done(&self);
	return r;
}

/* What mounts the bind, or lets it be mounted, is not part of it; a map's directory may be. */
static int is_layer(struct reading *rd, const struct mount *m, bool *ret)
{
	const struct mount *parent = NULL;
	struct automount found = {0};
	int r = sys_automount(m->superblock, &found);

	*ret = found.is_map;
	/* One that came along into a read-only tree mounts nothing there. */
	if (r < 0 || *ret || mount_is_read_only(m))
		return r;
	r = mounts_shared(rd->mounts, m->parent, &parent);
	rd->have->on = (struct target_automount){
		.mount = m->id,
		.parent = m->parent,
		.is_lowest = r == 0 && strcmp(parent->point, rd->want->target) != 0,
		.is_of_systemd = found.is_of_systemd,
	};
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

static int add_layer(struct have *have, struct layer *layer)
{
	if (ARRAY_RESERVE(have->layers, have->n_layers, 1) < 0) {
		mount_done(&layer->mount);
		return -ENOMEM;
	}
	have->layers[have->n_layers++] = *layer;
	return 0;
}

/*
 * The next layer lies below `above` when the mount that carries it is seen at the target as
 * well. *ret_more is false, and the base is told, when it is not.
 */
static int read_next(struct reading *rd, const struct mount *above, struct layer *ret,
		     bool *ret_more)
{
	const struct mount *parent = NULL;
	struct mount m = {0};
	enum layer_kind kind = LAYER_OTHER;
	int r = mounts_shared(rd->mounts, above->parent, &parent);

	if (r < 0)
		return r;
	*ret_more =
		above->parent != above->id && strcmp(parent->point, rd->want->target) == 0;
	rd->have->is_base_shared = mount_is_shared(parent);
	rd->have->base = parent->id;
	if (!*ret_more)
		return 0;
	r = sys_mount(above->parent, true, &m);
	if (r == 0)
		r = classify_by_root(rd, &m, &kind);
	if (r < 0) {
		mount_done(&m);
		return r;
	}
	*ret = (struct layer){.kind = kind, .mount = m};
	return 0;
}

static int read_layers(struct reading *rd)
{
	bool is_self = want_is_self(rd->want);
	bool more = true;
	struct layer layer = {0};
	int r = read_top_layer(rd, &layer);

	while (r == 0 && more) {
		bool is_ours = true;
		const struct mount *above = NULL;

		if (layer.mount.magic == AUTOFS_SUPER_MAGIC)
			r = is_layer(rd, &layer.mount, &is_ours);
		else if (is_self)
			r = is_self_bind(rd, &layer.mount, &is_ours);
		if (r < 0 || !is_ours) {
			rd->have->is_base_shared = mount_is_shared(&layer.mount);
			rd->have->base = layer.mount.id;
			rd->have->is_base_here = r == 0;
			mount_done(&layer.mount);
			return r;
		}
		r = add_layer(rd->have, &layer);
		if (r < 0)
			return r;
		above = &rd->have->layers[rd->have->n_layers - 1].mount;
		r = read_next(rd, above, &layer, &more);
	}
	return r;
}

int layers_read(struct mounts *mounts, const struct want *want, struct have *have)
{
	struct reading rd = {.mounts = mounts, .want = want, .have = have};
	int r = read_layers(&rd);

	source_location_done(&rd.source);
	return r;
}
