/* SPDX-License-Identifier: Apache-2.0 */
/* A target below another bind: what its path leads to once that bind is there. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * Pin the target of a bind below the bind `outer`, which is yet to be made: its place in the
 * source of that. *ret is {.fd = -1}, and stays so where nothing will be there. Returns 0, or
 * -1 with *err set where the path cannot be the target's.
 */
MUST_CHECK int pin_in_outer(const struct view *view, const struct want *want,
			    const struct want *outer, struct pinned_path *ret,
			    struct error *err);

/*
 * Refuse a bind that shall not be there, where the bind around it is about to show a symlink
 * or a file in the way, as the next run would. Returns 0, or -1 with *err set.
 */
MUST_CHECK int check_in_outer(const struct view *view, const struct want *want,
			      struct error *err);
