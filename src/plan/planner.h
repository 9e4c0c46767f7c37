/* SPDX-License-Identifier: Apache-2.0 */
/*
 * want + have -> what is wrong, what to do about it, and what will be seen then. Pure: no
 * system call, no clock, no environment. Idempotence is that the plan made from what was
 * seen after applying a plan has no drift.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "plan/plan.h"
#include "request/want.h"

/* How many of the upper layers are taken off by so many steps, with those that go along. */
size_t plan_count_off(const struct have *have, size_t n_steps);

/*
 * Make the plan. `in_check_mode` says that a missing source may yet be made by an earlier
 * step of the caller. `outer` is the next bind above that shall be there, or NULL. Returns 0
 * with *ret filled, give it to plan_done(); -1 with ERROR_MEMORY.
 */
MUST_CHECK int plan_make(const struct want *want, const struct want *outer,
			 const struct have *have, bool in_check_mode, struct plan *ret,
			 struct error *err);
