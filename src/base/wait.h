/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for others, until a deadline, or until nobody minds any more what would come of it. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/*
 * From here on ask whether it is over, each time somebody waits; NULL: it never is. Of the
 * whole run, as its deadline is.
 */
void wait_set_over(bool (*is_over)(void *to), void *to);

bool wait_is_over(void);

/* How long one may wait, in seconds, without asking that again; negative: for ever. */
double wait_slice(void);

/* Wait a moment; false when the deadline (clock_now()) has passed, or it is over. */
MUST_CHECK bool wait_moment(double deadline);
