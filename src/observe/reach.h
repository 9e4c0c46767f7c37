/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in this namespace it is seen that something is mounted at a target, or taken off
 * it. Nothing is read where the mount that carries the target is private; where it is
 * shared, the peer groups of all mounts once a run; and their texts, once a run, only where
 * it has a peer or a slave in this namespace.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/* What is to be done at the target. */
struct reach_steps {
	size_t n_detached; /* so many of its layers come off, from the top */
	bool attaches;     /* and a new mount comes to their place */
};

/*
 * Fill have->reach, which is empty, for a target that was observed, and say which of its
 * layers go along with others. In check mode what the
 * binds before this one would change is taken into account. Returns 0; or -1 with
 * ERROR_MEMORY, ERROR_TIMEOUT or ERROR_SYSTEM.
 */
MUST_CHECK int reach_look(const struct view *view, const struct want *want,
			  struct reach_steps steps, struct have *have, struct error *err);
