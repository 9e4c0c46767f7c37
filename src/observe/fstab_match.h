/* SPDX-License-Identifier: Apache-2.0 */
/* The bind that fstab lists for a target, and whether it is what is mounted there. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "fstab/parse.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * The source that the line names, as mount(8) would find it: without symlinks. Allocated;
 * NULL when it is no path, or there is no memory.
 */
char *fstab_source(const struct fstab_entry *bind);

/*
 * Set have->matches_fstab, where the top layer does not show the source that is asked for:
 * true when it shows the one that the line in fstab names, or is some bind and the line is
 * robind's own. Of the latter, what was deleted is the source as it was once; and what
 * shows a volume that was moved away from the source is kept, and no match. Returns 0 or
 * -errno.
 */
MUST_CHECK int match_fstab(const struct view *view, const struct want *want,
			   struct have *have);
