/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused because it would be seen elsewhere than at the target. Pure. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/reach.h"
#include "plan/plan.h"
#include "request/want.h"

/* What the steps of a plan do at the target, also those that turn out to be needed. */
struct reach_steps reach_steps_of(const struct plan *plan);

/*
 * Refuse what the steps of the plan would do elsewhere, by have->reach. Returns 0, or -1
 * when there is no memory.
 */
MUST_CHECK int rule_reach(const struct want *want, const struct have *have,
			  struct plan *plan);

/* Record what have->reach says would happen elsewhere. Returns -1. */
int reach_error(struct error *err, const struct want *want, const struct reach *reach);
