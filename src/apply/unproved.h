/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New mounts at targets that were looked at by their last names (kernel/path_glance.h), held until
 * it is known that the directories were what their paths lead to: what came to another place can
 * be taken back, wherever that is by then.
 */
#pragma once

#include <stddef.h>

#include "apply/clone_cache.h"
#include "apply/outcome.h"
#include "base/error.h"
#include "base/macro.h"
#include "request/want.h"

#define UNPROVED_MAX 32u

struct unproved {
	struct {
		const struct want *want;
		int tree; /* its root */
		uint64_t id;
	} items[UNPROVED_MAX];
	size_t count;
};

/* Whether there is room for the mount of one bind more. */
bool unproved_has_room(const struct unproved *unproved);

/* Hold the new mount of a bind; its descriptor moves there. There has to be room. */
void unproved_put(struct unproved *unproved, const struct want *want, struct clone *clone);

/*
 * A directory was another than was taken for it. Look whether the target shows the new mount of
 * this bind, and that its source, by their whole paths; and take it back where not so. 1: it is there; 0: it is
 * not, or none is held of this bind; -1 with *err set: it could not be taken back.
 */
MUST_CHECK int unproved_settle(const struct unproved *unproved, struct outcome *out,
			       struct error *err);

/* Let go of all; safe on {0} and twice. */
void unproved_done(struct unproved *unproved);
