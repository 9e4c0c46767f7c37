/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the bind that a foreign mount, or a file, has to do with: sorted tables of the
 * places of all binds, so that the cost for each look-up is that of one search.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "holders/bind_location.h"

enum location_kind {
	LOCATION_PLACE,   /* where a target's mount lies */
	LOCATION_SOURCE,  /* a source */
	LOCATION_DELETED, /* the same, once it is deleted */
	LOCATION_COVERED, /* what lies below a source */
};

struct location_row {
	enum location_kind kind;
	uint64_t superblock;
	char *root;
	const struct bind_location *location;
};

struct location_source {
	uint64_t dev;
	uint64_t ino;
	const struct bind_location *location;
};

struct location_index {
	struct location_row *rows; /* sorted by (kind, superblock, root) */
	size_t n_rows;
	struct location_source *sources; /* those that exist, sorted by (dev, ino) */
	size_t n_sources;
};

/*
 * Make the tables; the binds are borrowed for as long as they live. Returns 0, give *ret to
 * location_index_done(); -1 when there is no memory.
 */
MUST_CHECK int location_index_make(const struct bind_location locations[], size_t n,
				   struct location_index *ret);

/* Free what it owns; safe on {0} and twice. */
void location_index_done(struct location_index *index);

/* The first row with this key; as long as rows follow, location_next() gives them. Or NULL. */
const struct location_row *location_find(const struct location_index *index,
					 enum location_kind kind, uint64_t superblock,
					 const char *root);
const struct location_row *location_next(const struct location_index *index,
					 const struct location_row *row);

/* The index of the first source on this device, with an inode not less than `ino`. */
size_t location_source(const struct location_index *index, uint64_t dev, uint64_t ino);
