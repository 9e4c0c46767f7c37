/*
 * Which mount is whose is told by what it shows, never by names:
 *
 *   top layer     (st_dev, st_ino) and super block equal those of the source; on btrfs also
 *                 the root path, because all stubs of nested subvolumes are inode 2
 *   lower layers  cannot be opened; super block and root path are those of the source
 *   stale         the root path is the source's and ends in "//deleted"
 *   covered       the root path is that of the source's path on a mount further down
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
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

struct reading {
	struct mounts *mounts;
	const struct want *want;
	struct have *have;
	char *source_root; /* where the source lies in its file system, once it is needed */
	uint64_t source_mount;
};

/* Where `path`, which is on the mount m, lies in the file system; NULL: no memory. */
static char *root_of(const struct mount *m, const char *path)
{
	const char *rest = path_rest(path, m->point);

	return path_join(m->root, rest ? rest : "");
}

/* A top layer that shows the source knows it best: in a chroot names may lead astray. */
static char *root_of_source(const struct reading *rd, const struct mount *m)
{
	const struct layer *first = rd->have->layers;
	struct mount top = {0};
	char *root = NULL;

	if (rd->have->n_layers == 0 || first->kind != LAYER_SAME ||
	    sys_mount(first->mount.id, true, &top) < 0)
		return root_of(m, rd->want->source);
	root = strdup(top.root);
	mount_done(&top);
	return root;
}

/* Find where the source lies, or would: on the mount of its nearest existing parent. */
static int find_source(struct reading *rd)
{
	scoped_mem char *path = strdup(rd->want->source);
	const struct mount *m = NULL;
	struct file_id file_id = rd->have->source.file_id;
	int r = path ? 0 : -ENOMEM;

	while (r == 0 && !pinned_path_is_there(&rd->have->source)) {
		scoped_fd int fd = -1;

		path[strrchr(path, '/') == path ? 1 : strrchr(path, '/') - path] = '\0';
		fd = sys_open(path);
		if (fd >= 0) {
			r = sys_stat(fd, &file_id);
			break;
		}
		if (fd != -ENOENT && fd != -ENOTDIR && fd != -EREMOTE)
			r = fd;
	}
	if (r == 0)
		r = mounts_shared(rd->mounts, file_id.mount, &m);
	if (r < 0 || !m)
		return r;
	rd->source_root = root_of_source(rd, m);
	rd->source_mount = m->id;
	rd->have->source_superblock = m->superblock;
	return rd->source_root ? 0 : -ENOMEM;
}

/* Does m show `root` of the file system on `lower`, or what was deleted from there? */
static bool is_at_root(const struct mount *m, const struct mount *lower, const char *root)
{
	size_t n = strlen(root);

	return m->superblock == lower->superblock && strncmp(m->root, root, n) == 0 &&
	       (m->root[n] == '\0' || strcmp(m->root + n, "//deleted") == 0);
}

/*
 * Does m show what the source's path would lead to without the mount that the source lies
 * on, or without those that carry that one? They hang one below the other, each over the
 * path, up to the root.
 */
static int is_covered(struct reading *rd, const struct mount *m, bool *ret)
{
	const struct mount *upper = NULL;
	int r = mounts_shared(rd->mounts, rd->source_mount, &upper);

	*ret = false;
	while (r == 0 && !*ret && upper->parent != upper->id) {
		scoped_mem char *root = NULL;

		r = mounts_shared(rd->mounts, upper->parent, &upper);
		if (r < 0 || !path_rest(rd->want->source, upper->point))
			break;
		root = root_of(upper, rd->want->source);
		if (!root)
			return -ENOMEM;
		*ret = is_at_root(m, upper, root);
	}
	/* Beyond our root directory nothing is seen, and nothing of it is ours. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

static enum layer_kind compare_roots(const struct reading *rd, const struct mount *m,
				     bool is_directory)
{
	size_t n = strlen(rd->source_root);

	if (m->superblock != rd->have->source_superblock)
		return LAYER_OTHER;
	if (strncmp(m->root, rd->source_root, n) == 0 && m->root[n] == '\0')
		return LAYER_SAME;
	if (strncmp(m->root, rd->source_root, n) == 0 &&
	    strcmp(m->root + n, "//deleted") == 0)
		return LAYER_STALE;
	/* Renamed before it was deleted: it is empty for good, nothing is lost with it. */
	return is_directory && mount_is_deleted(m) ? LAYER_STALE : LAYER_OTHER;
}

/* By names within one file system: for what cannot be opened, or is gone. */
static int classify_by_root(struct reading *rd, const struct mount *m, bool is_directory,
			    enum layer_kind *ret)
{
	bool covered = false;
	int r = 0;

	*ret = LAYER_OTHER;
	if (!rd->want->source)
		return 0;
	if (!rd->source_root)
		r = find_source(rd);
	if (r < 0 || !rd->source_root)
		return r;
	*ret = compare_roots(rd, m, is_directory);
	if (*ret != LAYER_OTHER)
		return 0;
	r = is_covered(rd, m, &covered);
	if (covered)
		*ret = LAYER_COVERED;
	return r;
}

static bool is_same_file(const struct have *have)
{
	return pinned_path_is_there(&have->source) &&
	       have->source.file_id.dev == have->target.file_id.dev &&
	       have->source.file_id.ino == have->target.file_id.ino;
}

static int read_top(struct reading *rd, struct layer *ret)
{
	const struct have *have = rd->have;
	const struct mount *source = NULL;
	struct mount m = {0};
	enum layer_kind kind = LAYER_OTHER;
	bool is_same = false;
	int r = sys_mount(have->target.file_id.mount, false, &m);

	if (r == 0 && is_same_file(have)) {
		r = mounts_shared(rd->mounts, have->source.file_id.mount, &source);
		is_same = r == 0 && source->superblock == m.superblock &&
			  m.magic != BTRFS_SUPER_MAGIC;
	}
	if (r == 0 && is_same) {
		*ret = (struct layer){LAYER_SAME, m};
		return 0;
	}
	if (r == 0)
		r = sys_mount(have->target.file_id.mount, true, &m);
	if (r == 0)
		r = classify_by_root(rd, &m, pinned_path_is_directory(&have->target),
				     &kind);
	/* On the same path, but another inode: the name was made anew since we looked. */
	if (kind == LAYER_SAME && pinned_path_is_there(&have->source) &&
	    !is_same_file(have))
		kind = LAYER_OTHER;
	if (r < 0) {
		mount_done(&m);
		return r;
	}
	*ret = (struct layer){kind, m};
	return 0;
}

/* For source == target: does the mount show what its parent has at this place? */
static int is_self_bind(const struct reading *rd, const struct mount *m, bool *ret)
{
	const struct mount *parent = NULL;
	scoped_mem char *root = NULL;
	struct mount self = {0};
	int r = mounts_shared(rd->mounts, m->parent, &parent);

	if (r == 0) {
		root = root_of(parent, rd->want->target);
		r = root ? sys_mount(m->id, true, &self) : -ENOMEM;
	}
	if (r == 0)
		*ret = self.superblock == parent->superblock &&
		       strcmp(self.root, root) == 0;
	mount_done(&self);
	return r;
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
		r = classify_by_root(rd, &m, false, &kind);
	if (r < 0) {
		mount_done(&m);
		return r;
	}
	*ret = (struct layer){kind, m};
	return 0;
}

static int read_all(struct reading *rd)
{
	bool is_self = want_is_self(rd->want);
	bool more = true;
	struct layer layer = {0};
	int r = read_top(rd, &layer);

	while (r == 0 && more) {
		bool is_ours = true;
		const struct mount *above = NULL;

		if (is_self)
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
	int r = read_all(&rd);

	free(rd.source_root);
	return r;
}
