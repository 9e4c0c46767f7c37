/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the layers at a target go along with others, because they share (mount/stack.h). */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "mount/group_tree.h"
#include "observe/have.h"
#include "request/want.h"

/*
 * Say so in have->layers for when the upper `n_detached` are taken off, once for each look at
 * a target. Returns 0 or -errno.
 */
MUST_CHECK int stack_look(const struct group_tree *groups, const struct want *want,
			  size_t n_detached, struct have *have);
