/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan is expected to hold, for the tables of the unit tests of src/plan. */
#pragma once

#include "plan/planner.h"

#define LIST_END 0xffu /* ends a list of codes or steps */

/* Each list ends with LIST_END; refusal is ERROR_NONE where nothing is refused. */
struct expected {
	unsigned drift[6];
	unsigned steps[6];
	enum error_kind refusal;
};

/* Fail, naming the row, unless the plan holds just this. */
void assert_plan(const char *row, const struct plan *plan, const struct expected *expected);

/* Fail unless the same plan is made, or an error, whichever allocation fails. */
void assert_plan_or_no_memory(const char *row, const struct want *want,
			      const struct have *have);
