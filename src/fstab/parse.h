/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of an fstab file as lines. Reads a line as getmntent(3) and libmount do, and
 * remembers where its fields are, so that it can be corrected in place. Knows nothing of
 * binds (fstab/line.h), edits (fstab/edit.h) or the machine (fstab_file.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/hash_table.h"
#include "base/macro.h"
#include "fstab/field_reader.h"

#define FSTAB_NONE ((size_t)-1)

enum fstab_field {
	FSTAB_SOURCE,
	FSTAB_TARGET,
	FSTAB_TYPE,
	FSTAB_OPTIONS,
	FSTAB_FREQ,
	FSTAB_PASSNO,
	FSTAB_FIELDS_
};

/* A line that mounts something, or lends itself to swapon(8). The strings are unescaped. */
struct fstab_entry {
	char *source;
	char *target;
	char *type;
	char *options; /* "" where the line ends before them */
	char *place; /* the target, normalised; NULL for "none" and what else is no path */
	char *written; /* where fstab_find_places() gave a real one, the path before */
	size_t line;   /* its number, from 1 */
	struct fstab_span whole; /* the line without its end */
	struct fstab_span
		fields[FSTAB_FIELDS_]; /* as written; missing: length 0 at the end */
	size_t next;         /* the next entry with the same place, see fstab_next() */
	size_t next_written; /* the same of `written` */
};

struct fstab {
	const char *text; /* borrowed */
	size_t size;
	struct fstab_entry *entries;
	size_t n_entries;
	size_t *bad; /* the numbers of the lines that cannot be parsed */
	size_t n_bad;
	size_t n_lines;
	bool has_crlf; /* its last whole line ends in CR LF */
	struct hash_table places;
	struct hash_table written; /* of the entries that have it */
};

/*
 * Parse a text, borrowed for as long as *ret lives; it may be anything. Returns 0, or -1
 * when there is no memory. fstab_done() frees it.
 */
MUST_CHECK int fstab_parse(const char *text, size_t size, struct fstab *ret);

/* Free what it owns; safe on {0} and twice. */
void fstab_done(struct fstab *fstab);

/* Index the entries anew, once their places are others. 0, or -1: no memory. */
MUST_CHECK int fstab_index(struct fstab *fstab);

/*
 * The first entry for a normalised target, or FSTAB_NONE: by its place; a target that is
 * no entry's place by how it is written.
 */
size_t fstab_find(const struct fstab *fstab, const char *target);

/* The next entry for the same target, or FSTAB_NONE. */
size_t fstab_next(const struct fstab *fstab, size_t entry, const char *target);

/* The target as the line has it, normalised but for dots; NULL where it is no path. */
const char *fstab_written(const struct fstab_entry *entry);

/*
 * A field as it is meant, allocated; NULL when there is no memory. places[i], if asked for,
 * becomes where in `raw` the byte i of it stands; it has room for length + 1.
 */
char *fstab_unescape(const char *raw, size_t length, size_t *places);

/*
 * A field as it has to be written, with octal escapes for blanks and backslashes;
 * allocated, NULL when there is no memory.
 */
char *fstab_escape(const char *text);
