/* What a missing target would be made on: the nearest directory above it that exists. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * What the nearest directory above a missing target is that exists. Returns 0; -EREMOTE for
 * an automount that is not triggered; or -errno.
 */
MUST_CHECK int ground_find(const char *target, struct file_id *ret);

/*
 * Fill have->ground for the target, which is missing. In check mode it stays unknown where
 * the request takes away the mount that is there now. Returns 0, or -1 as pin_target().
 */
MUST_CHECK int ground_look(const struct view *view, const struct want *want,
			   struct have *have, struct error *err);
