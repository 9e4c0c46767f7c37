/* SPDX-License-Identifier: Apache-2.0 */
/* What a missing target would be made on: the nearest directory above it that exists. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/* It is this mount, which has its texts. Returns 0 or -ENOMEM. */
MUST_CHECK int ground_be(const struct mount *m, struct ground *ret);

/*
 * Fill have->ground for the target, which is missing. In check mode its point and flags stay
 * unknown where the request takes away the mount that is there now. Returns 0, or -1 as
 * pin_target().
 */
MUST_CHECK int ground_look(const struct view *view, const struct want *want,
			   struct have *have, struct error *err);
