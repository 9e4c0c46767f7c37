/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check mode: mounts that are at none of the targets that are cleared, and that would go along with
 * what is taken off there by now, because what carries both of them shares.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/mount.h"

struct gone_copy {
	uint64_t id;
	uint64_t parent;
	const char *point; /* borrowed, as all texts */
	size_t length;
	const char *target; /* where that is taken off which it is a copy of */
};

/* {0} is none. */
struct gone_copies {
	void *by_id; /* tsearch(3) */
	void *by_point;
};

/*
 * Note one of them, once however often it is told. Its texts and the target are borrowed for as
 * long as the list lives. 0, or -1 when there is no memory.
 */
MUST_CHECK int gone_copies_add(struct gone_copies *gone, const struct mount *m,
			       const char *target);

/* The one with this id, or NULL; borrowed. */
const struct gone_copy *gone_copies_find(const struct gone_copies *gone, uint64_t id);

/* The uppermost at or above the path, or NULL; borrowed. */
const struct gone_copy *gone_copies_above(const struct gone_copies *gone, const char *path);

/* Free what it owns; safe on {0} and twice. */
void gone_copies_done(struct gone_copies *gone);
