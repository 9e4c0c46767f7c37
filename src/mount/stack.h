/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts that lie one upon the other at one point, and share with each other: with the top one
 * go those that are on the same directory of a peer or a slave of what carries it, unless they
 * hold a mount beside the one that lies on them. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "mount/group_tree.h"
#include "mount/mount.h"

/* Of higher ones it is not said what goes along. */
#define STACK_MAX 64u

/*
 * One upon the other at `point`: mounts[0] is the top and mounts[n], with its texts as all but
 * the top, what carries the lowest. `holds` says which of them have a mount in them, and
 * `along`, all false at first, which of them go with one above. Borrowed.
 */
struct stack {
	const char *point;
	const struct mount *mounts[STACK_MAX + 1];
	bool holds[STACK_MAX];
	bool along[STACK_MAX];
	size_t n;
};

/* Fill s->along for when the upper `n_detached` are taken off one by one. 0 or -ENOMEM. */
MUST_CHECK int stack_find_along(struct stack *s, const struct group_tree *groups,
				size_t n_detached);
