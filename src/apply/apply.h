/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps -> machine. Each step opens the target anew and acts only when it still shows the
 * mount that was judged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/clone_cache.h"
#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/mount_cache.h"
#include "observe/seen.h"
#include "plan/planner.h"
#include "request/want.h"

/* What was done so far for one bind, over all rounds. */
struct done_steps {
	struct step_list steps;
	bool was_busy; /* it was held open for writing, and could not be made read-only */
	bool gap; /* a replace could not be done without a moment of nothing at the target */
};

void done_steps_done(struct done_steps *done);

struct unproved;

struct apply_context {
	struct mounts *mounts;
	struct clones *clones;
	struct seen *seen; /* what is seen of a bind that was attached is left there */
	double deadline;   /* clock_now() */
	struct unproved *unproved; /* new mounts that are to be looked at again */
};

/*
 * Do the steps of the plan in order; of a plan with a refusal only those that protect. What
 * was done is appended to *done, also when a later step fails. Returns 0, or -1 with *err
 * set; nothing writable is left behind that was not there before.
 */
MUST_CHECK int apply_plan(const struct apply_context *context, const struct want *want,
			  const struct have *have, const struct plan *plan,
			  struct done_steps *done, struct error *err);
