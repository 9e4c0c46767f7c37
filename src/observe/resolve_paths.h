/* SPDX-License-Identifier: Apache-2.0 */
/* The paths of a bind without symlinks, for who follows them. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "request/want.h"

/*
 * Resolve the symlinks of a target alone, for who only looks at it. *ret is allocated.
 * Returns 0, or -1 with an error of side_refuse().
 */
MUST_CHECK int resolve_target(const char *path, char **ret, struct error *err);

/*
 * Resolve the symlinks of all paths once, into real->source, real->target and
 * real->source_mount, which are allocated; the end of a path that does not exist stays as
 * it is. Returns 0, or -1 as resolve_target() does.
 */
MUST_CHECK int resolve_paths(const struct want *want, struct want *real, struct error *err);
