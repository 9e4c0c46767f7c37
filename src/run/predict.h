/* SPDX-License-Identifier: Apache-2.0 */
/* Check mode: what a run would do to a bind, and what would be seen then. */
#pragma once

#include <stdbool.h>

#include "apply/outcome.h"
#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"
#include "plan/plan.h"

/*
 * Tell in *out what comes after the layers that were told to be peeled, by the plan of
 * another look. As predict().
 */
MUST_CHECK int predict_peeled(struct plan *plan, struct outcome *out, struct error *err);

/*
 * Tell in *out what apply would answer, and keep for the turns of others what would be gone;
 * the steps of the plan move to *out. `is_again`: it was told before, and others have
 * had their turn since. Returns 0; or -1 with *err set, where the plan is refused as
 * apply would refuse it, or there is no memory.
 */
MUST_CHECK int predict(const struct view *view, const struct have *have, struct plan *plan,
		       bool is_again, struct outcome *out, struct error *err);
