/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts below a target, compared with those below its source. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * Fill have->below and its kinds, and have->source_below where that is needed to judge.
 * have->source, have->target and have->layers are filled. Returns 0 or -errno.
 */
MUST_CHECK int submounts_read(const struct view *view, const struct want *want, bool again,
			      struct have *have);
