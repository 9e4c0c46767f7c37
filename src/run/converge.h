/* SPDX-License-Identifier: Apache-2.0 */
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

/* The next bind above one, which shall be there. */
enum outer_is {
	OUTER_IS_THERE,    /* or there is none */
	OUTER_IS_PLANNED,  /* check mode: it would be made, or what covers it taken off */
	OUTER_IS_REPLACED, /* check mode: it would be replaced, with what lies in it */
};

/*
 * The first round of a bind. Fills *out; where something was changed, out->needs_check says
 * that it has to be looked at again. `outer` is the next bind above it that shall be there,
 * or NULL, and `outer_is` what that will be by now. Returns 0, or -1 with *err set.
 */
MUST_CHECK int converge_begin(const struct converge *c, const struct want *outer,
			      enum outer_is outer_is, struct outcome *out,
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
