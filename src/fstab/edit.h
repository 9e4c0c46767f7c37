/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of an fstab's text, collected and then made at once. What no edit names stays byte
 * for byte. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "fstab/parse.h"

struct fstab_edit {
	size_t entry; /* FSTAB_NONE: append */
	char *line;   /* without its end; NULL: remove the entry */
};

/* The fstab is borrowed: {.fstab = &fstab} is an empty list. */
struct fstab_edits {
	const struct fstab *fstab;
	struct fstab_edit *items;
	size_t count;
};

/*
 * Add an edit; `line`, without its end, is copied. Of several for one entry the last one
 * counts. Each returns 0, or -1 when there is no memory.
 */
MUST_CHECK int fstab_append(struct fstab_edits *edits, const char *line);
MUST_CHECK int fstab_replace(struct fstab_edits *edits, size_t entry, const char *line);
MUST_CHECK int fstab_remove(struct fstab_edits *edits, size_t entry);

/*
 * The new text, allocated, NUL-terminated beyond *ret_size. Lines are appended in the order
 * in which they came, with the line end of the file. Returns 0, or -1 when there is no
 * memory.
 */
MUST_CHECK int fstab_edited(const struct fstab_edits *edits, char **ret, size_t *ret_size);

/* Free what it owns, not the fstab; safe on {0} and twice. */
void fstab_edits_done(struct fstab_edits *edits);
