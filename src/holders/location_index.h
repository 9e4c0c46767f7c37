/*
 * Finding the bind that a foreign mount, or a file, has to do with: sorted tables of the
 * places of all binds, so that the cost for each look-up is that of one search.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "holders/bind_location.h"

enum kin_kind {
	KIN_PLACE,   /* where a target's mount lies */
	KIN_SOURCE,  /* a source */
	KIN_DELETED, /* the same, once it is deleted */
	KIN_COVERED, /* what lies below a source */
};

struct kin_row {
	enum kin_kind kind;
	uint64_t superblock;
	char *root;
	const struct held *held;
};

struct kin_source {
	uint64_t dev;
	uint64_t ino;
	const struct held *held;
};

struct kin {
	struct kin_row *rows; /* sorted by (kind, superblock, root) */
	size_t n_rows;
	struct kin_source *sources; /* those that exist, sorted by (dev, ino) */
	size_t n_sources;
};

/*
 * Make the tables; the binds are borrowed for as long as they live. Returns 0, give *ret to
 * kin_done(); -1 when there is no memory.
 */
MUST_CHECK int kin_make(const struct held helds[], size_t n, struct kin *ret);

/* Free what it owns; safe on {0} and twice. */
void kin_done(struct kin *kin);

/* The first row with this key; as long as rows follow, kin_next() gives them. Or NULL. */
const struct kin_row *kin_find(const struct kin *kin, enum kin_kind kind,
			       uint64_t superblock, const char *root);
const struct kin_row *kin_next(const struct kin *kin, const struct kin_row *row);

/* The index of the first source on this device, with an inode not less than `ino`. */
size_t kin_source(const struct kin *kin, uint64_t dev, uint64_t ino);
