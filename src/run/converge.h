/*
 * One bind: look, plan, apply, and look again, until the plan is empty. That the last plan
 * is empty is what makes the outcome "ok" or "changed": success is what was seen.
 */
#pragma once

#include <stdbool.h>

#include "apply/apply.h"
#include "apply/outcome.h"
#include "base/error.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "observe/observe.h"
#include "request/want.h"

struct converge {
	struct view view;
	struct apply_context context;
	const struct features *features;
	bool check_mode;
};

/*
 * The first round of a bind. Fills *out; where something was changed, out->needs_check says
 * that it has to be looked at again. `outer` is the next bind above it that shall be there,
 * or NULL, and `outer_is_planned` says that check mode would have made that first. Returns 0,
 * or -1 with *err set.
 */
MUST_CHECK int converge_begin(const struct converge *c, const struct want *outer,
			      bool outer_is_planned, struct outcome *out,
			      struct error *err);

/*
 * Look again at a bind that was or may have been changed, until all of it is as asked.
 * Returns 0, or -1 with *err set.
 */
MUST_CHECK int converge_finish(const struct converge *c, const struct want *outer,
			       struct outcome *out, struct error *err);

/*
 * After a failure: see in out->after what is there now, as far as it can be seen. Returns
 * 0, or -1 with *err set.
 */
MUST_CHECK int converge_look_after(const struct converge *c, struct outcome *out,
				   struct error *err);
