/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two places of a bind as they were seen, by their paths, once it was attached: what the
 * next look at it begins with, so as not to look twice. Where ids of mounts are unique.
 */
#pragma once

#include "observe/have.h"
#include "request/want.h"

struct seen {
	const struct want *want; /* of this bind; NULL: nothing was seen */
	struct pinned_path source;
	struct pinned_path target;
	struct mount mount; /* at the target, without texts; without an id: not known */
};

#define SEEN_INIT                                                                          \
	{                                                                                  \
		.source = {.fd = -1}, .target = {.fd = -1 }                                \
	}

/* Forget what was seen; safe on SEEN_INIT and twice. */
void seen_done(struct seen *seen);

/* Keep both places of a bind, which move there, and the mount at the target. */
void seen_put(struct seen *seen, const struct want *want, struct pinned_path *source,
	      struct pinned_path *target, const struct mount *mount);

/* Whether it is this bind that was seen. */
bool seen_is_of(const struct seen *seen, const struct want *want);
