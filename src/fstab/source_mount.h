/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mount that the source of a bind must lie on, as a line keeps it for the boot, and as
 * the rest of fstab tells it where nobody said so. Pure.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "fstab/parse.h"

/* What is asked: a mount, or whatever is there (`is_any`); neither: not said. */
struct source_mount {
	bool is_asked;
	bool is_any;
	char *path; /* normalised; NULL: the source itself must be a mount point */
};

/*
 * The word that keeps it in a line, x-robind.source-mount[=PATH|=any], allocated; *ret is
 * NULL where nothing is said. In PATH what would end a word or an option list is written
 * as %XX. Returns 0, or -1 when there is no memory.
 */
MUST_CHECK int source_mount_word(const struct source_mount *asked, char **ret);

/*
 * What the last such word of a line says; a value that cannot be read asks for a mount
 * point at the source. free(ret->path). Returns 0, or -1 when there is no memory.
 */
MUST_CHECK int source_mount_of_line(const struct fstab_entry *entry,
				    struct source_mount *ret);

/*
 * Of each entry whether it is the first for a mount point of the host. Neither "/" counts,
 * nor swap, nor what only a person mounts (noauto without x-systemd.automount). Allocated,
 * free() it; NULL when there is no memory.
 */
bool *fstab_mount_points(const struct fstab *fstab);

/*
 * The bind lines for `place` are taken away: it is one of these points only where another line
 * makes it one.
 */
void fstab_forget_binds(const struct fstab *fstab, bool *points, const char *place);

/*
 * The last of these mount points at or above the normalised `path`, but for that of the
 * bind at `except`; borrowed from the fstab, or NULL.
 */
const char *fstab_mount_above(const struct fstab *fstab, const bool *points,
			      const char *path, const char *except);
