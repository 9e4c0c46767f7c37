/* SPDX-License-Identifier: Apache-2.0 */
/* Check mode: what a source's path leads to by the time that its bind has its turn. */
#pragma once

#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * Put into *place, where the source is now, what will be there: once mounts that cover it are taken
 * away, or go along with such, or a bind makes it on the way to its target. 0 or -ENOMEM.
 */
MUST_CHECK int source_foresee(const struct view *view, const struct want *want,
			      struct pinned_path *place);
