/* SPDX-License-Identifier: Apache-2.0 */
/* Machine -> struct have. Changes nothing and triggers no automount. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * Look at both places of `want`. `again` says that steps for this bind were taken since the
 * table of mounts was read. Returns 0 with *ret filled, give it to have_done(); or -1 with
 * ERROR_SYMLINK, ERROR_PERMISSION, ERROR_TIMEOUT, ERROR_MEMORY or ERROR_SYSTEM. That
 * something is missing is a fact, not a failure.
 */
MUST_CHECK int observe(const struct view *view, const struct want *want, bool again,
		       struct have *ret, struct error *err);

/*
 * The same for a bind whose target lies below the bind `outer`, which check mode has not
 * made: the place is looked for in the outer bind's source.
 */
MUST_CHECK int observe_in_outer(const struct view *view, const struct want *want,
				const struct want *outer, struct have *ret,
				struct error *err);
