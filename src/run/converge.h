/*
 * One bind: look, plan, apply, and look again, until the plan is empty. That the last plan
 * is empty is what makes the outcome "ok" or "changed": success is what was seen.
 */
#pragma once

#include <stdbool.h>

#include "apply/apply.h"
#include "apply/outcome.h"
#include "kernel/features.h"
#include "observe/observe.h"
#include "request/want.h"

struct converge {
	struct view view;
	struct apply_context context;
	const struct features *features;
	bool check_mode;
	bool defers_check; /* what was changed is left open, for converge_recheck() */
};

/*
 * Bring one bind to what out->real asks. `outer` is the bind above its target, or NULL, and
 * `outer_is_planned` says that check mode would have made that first. Fills *out.
 */
void converge_bind(const struct converge *c, const struct want *outer,
		   bool outer_is_planned, struct outcome *out);

/* Look again at a bind that was left open, or may have been touched, until all is right. */
void converge_recheck(const struct converge *c, const struct want *outer,
		      struct outcome *out);
