/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/clone_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* Make the detached copy of a whole mount; its root must be what its point shows. */
static int copy_mount(const struct mount *m)
{
	scoped_fd int root = sys_open(m->point);
	scoped_fd int tree = -1;
	struct file_id file_id = {0};

	if (root < 0 || sys_stat(root, &file_id) < 0 || file_id.mount != m->id ||
	    !file_id.is_mount_root)
		return -1;
	tree = sys_clone(root, false);
	/* Private, or what is mounted below the source would be attached to the copy too. */
	if (tree < 0 || sys_set_private(tree, false) < 0)
		return -1;
	return steal_fd(&tree);
}

static void base_use(struct clone_base *base, struct mounts *mounts)
{
	const struct mount *m = NULL;

	if (++base->uses != 2 || mounts_shared(mounts, base->mount, &m) < 0)
		return;
	base->point = strdup(m->point);
	if (base->point)
		base->fd = copy_mount(m);
}

static struct clone_base *find_base(struct clones *clones, uint64_t mount)
{
	for (size_t i = 0; i < clones->count; i++) {
		if (clones->bases[i].mount == mount)
			return &clones->bases[i];
	}
	if (clones->count == CLONES_MAX)
		return NULL;
	clones->bases[clones->count] = (struct clone_base){.mount = mount, .fd = -1};
	return &clones->bases[clones->count++];
}

/* Clone from the detached copy, when the path there leads to the very inode. */
static int clone_from(const struct clone_base *base, const struct want *want,
		      const struct have *have)
{
	const char *rest = path_rest(want->source, base->point);
	scoped_fd int fd = rest ? sys_open_below(base->fd, rest) : -1;
	struct file_id file_id = {0};

	if (fd < 0 || sys_stat(fd, &file_id) < 0 ||
	    file_id.dev != have->source.file_id.dev ||
	    file_id.ino != have->source.file_id.ino)
		return -ESTALE;
	return sys_clone(fd, false);
}

int clones_make(struct clones *clones, struct mounts *mounts, const struct want *want,
		const struct have *have)
{
	struct clone_base *base = NULL;
	int tree = -1;

	if (!want->recursive && !clones->is_refused && sys_copies_are_detached())
		base = find_base(clones, have->source.file_id.mount);
	if (base)
		base_use(base, mounts);
	if (base && base->fd >= 0)
		tree = clone_from(base, want, have);
	/* Before 6.15: a detached copy cannot be cloned from. */
	clones->is_refused |= tree == -EINVAL;
	return tree >= 0 ? tree : sys_clone(have->source.fd, want->recursive);
}

void clones_done(struct clones *clones)
{
	for (size_t i = 0; i < clones->count; i++) {
		if (clones->bases[i].fd >= 0)
			(void)close(clones->bases[i].fd);
		free(clones->bases[i].point);
	}
	*clones = (struct clones){0};
}
