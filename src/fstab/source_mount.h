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
	char *path; /* normalised; NULL: the source itself must be a mount point */
	bool is_any;
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
 * The last mount point at or above the normalised `path` that fstab lists, but for the line
 * of the bind at `except`; borrowed from it, or NULL. Neither "/" counts, nor swap, nor
 * what only a person mounts (noauto without x-systemd.automount).
 */
const char *fstab_mount_above(const struct fstab *fstab, const char *path,
			      const char *except);
