/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/fstab_match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/line.h"
#include "kernel/path_open.h"
#include "observe/mount_stack.h"
#include "observe/pin_paths.h"
#include "observe/volume.h"

char *fstab_source(const struct fstab_entry *bind)
{
	struct path_fault fault = {0};
	scoped_mem char *path = path_normalise(bind->source, strlen(bind->source), &fault);
	char *real = NULL;

	if (!path || sys_resolve(path, &real) < 0)
		return NULL;
	return real;
}

/* Compare the same stack of mounts with another source. */
static int is_showing(const struct view *view, const char *source, const struct have *have,
		      bool *ret)
{
	struct want want = {.source = (char *)source, .outer = WANT_NONE};
	struct have other = HAVE_INIT;
	scoped_mem struct error *ignored = malloc(sizeof(*ignored));
	int r = ignored ? 0 : -ENOMEM;

	want.target = (char *)have->layers[0].mount.point;
	/* A source that cannot be looked at is none that could be compared. */
	if (r < 0 || pin_source(view, source, false, &other.source, ignored) < 0)
		return r;
	other.target = have->target;
	r = layers_read(view->mounts, &want, &other);
	*ret = r == 0 && other.n_layers > 0 && other.layers[0].kind != LAYER_OTHER;
	other.target.fd = -1; /* borrowed */
	other.target.untriggered = NULL;
	have_done(&other);
	return r;
}

/* What the mount point of a moved volume shows shall not take its place. */
static bool is_left_by_volume(const struct want *want, const struct have *have,
			      const struct fstab_entry *bind)
{
	scoped_mem char *source = NULL;

	if (!want_is_there(want) || !volume_has_moved(want, have))
		return false;
	source = fstab_source(bind);
	return !source || strcmp(source, want->source) == 0;
}

int match_fstab(const struct view *view, const struct want *want, struct have *have)
{
	const struct fstab_entry *bind = have->line.bind;
	struct layer *top = have->layers;
	scoped_mem char *source = NULL;

	if (!bind || have->n_layers == 0 || top->kind != LAYER_OTHER || !top->mount.root)
		return 0;
	if (strcmp(top->mount.root, "/") != 0 && line_look(bind).is_ours) {
		if (is_left_by_volume(want, have, bind))
			return 0;
		have->matches_fstab = true;
		/* Renamed before it was deleted: it is empty for good. */
		if (mount_is_deleted(&top->mount))
			top->kind = LAYER_STALE;
		return 0;
	}
	source = fstab_source(bind);
	if (!source || (want->source && strcmp(source, want->source) == 0))
		return 0;
	return is_showing(view, source, have, &have->matches_fstab);
}
