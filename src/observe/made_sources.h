/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check mode: sources that are missing, and that an earlier bind of the request would make on the
 * way to its target.
 */
#pragma once

#include <stdint.h>

#include "base/hash_table.h"
#include "base/macro.h"
#include "request/request.h"

/* {0} knows of none. */
struct made_sources {
	struct hash_table by_path; /* the first bind with this source */
	uint64_t *
		on; /* for each bind: the id of the mount that its source is made on, or 0 */
};

/* Returns 0 with *ret filled, give it to made_sources_done(); -1 when there is no memory. */
MUST_CHECK int made_sources_make(const struct request *req, struct made_sources *ret);
void made_sources_done(struct made_sources *made);

/* A target would be made, with the directories that are missing above it, on this mount. */
void made_sources_note(struct made_sources *made, const char *target, uint64_t mount);

/* The id of the mount on which a source that is missing is a directory by then, or 0. */
uint64_t made_sources_find(const struct made_sources *made, const char *source);
