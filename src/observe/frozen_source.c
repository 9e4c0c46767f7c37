/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/frozen_source.h"

#include <errno.h>
#include <string.h>

#include "mount/fs_location.h"

int frozen_source_find(const struct view *view, const struct want *want,
		       const struct mount *m, char **ret)
{
	struct fs_location covered = {0};
	const struct mount *parent = NULL;
	int r = 0;

	if (!want_is_there(want) || want_is_self(want) || !mount_is_read_only(m) ||
	    m->parent == m->id || view_has_target(view, m->point))
		return 0;
	r = mounts_shared(view->mounts, m->parent, &parent);
	/* Beyond our root directory nothing is seen. */
	if (r < 0)
		return r == -ENOENT || r == -EPERM ? 0 : r;
	r = fs_location_find(parent, m->point, &covered);
	if (r == 0 && covered.root && fs_location_is_shown(&covered, m)) {
		*ret = strdup(m->point);
		r = *ret ? 0 : -ENOMEM;
	}
	fs_location_done(&covered);
	return r;
}
