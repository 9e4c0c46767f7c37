/* SPDX-License-Identifier: Apache-2.0 */
/* What is mounted below a bind, and would be lost with the mount that it lies on. Pure. */
#pragma once

#include "base/error.h"
#include "mount/mount.h"
#include "observe/have.h"
#include "request/want.h"

/*
 * The first mount below the target that would be lost if what is mounted there went, and
 * that the bind does not give up with "replace"; borrowed from have. What the request was to
 * take away and could not is not given up for a new mount. NULL when there is none: copies
 * of the source's mounts come with the next mount, and the targets of other binds are
 * carried over to it, or made anew when it is their turn.
 */
const struct mount *loss_find(const struct want *want, const struct have *have);

/* Record that this mount would be lost. Returns -1. */
int loss_error(struct error *err, const struct want *want, const struct mount *lost);
