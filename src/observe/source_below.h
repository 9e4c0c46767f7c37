/* SPDX-License-Identifier: Apache-2.0 */
/* What is mounted below a source, or will be by the time that a bind has its turn. */
#pragma once

#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * Fill have->source_below, sorted by point, with room for what is told of each of them.
 * have->source and have->layers are filled. Returns 0 or -errno.
 */
MUST_CHECK int source_below_read(const struct view *view, const struct want *want,
				 struct have *have);
