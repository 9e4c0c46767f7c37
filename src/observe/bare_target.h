/* SPDX-License-Identifier: Apache-2.0 */
/* What a target is without the mounts on it: whether it can be removed. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * Fill have->bare, once the target is pinned and its layers are known. Below a mount it is
 * looked at in a copy of what carries that, which nobody sees. Where nobody may make one, or a
 * file system would have to be waited for, what it holds is not known before it comes to
 * light. Returns 0, or -1 with *err set.
 */
MUST_CHECK int bare_target_look(const struct view *view, const struct want *want,
				struct have *have, struct error *err);
