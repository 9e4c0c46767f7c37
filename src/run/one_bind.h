/* SPDX-License-Identifier: Apache-2.0 */
/* The turn of one bind of a run. */
#pragma once

#include "run/binds.h"

/* The next bind above a bind, where both shall be there, or NULL. */
const struct outcome *bind_outer(const struct run *run, const struct want *want);

/* Its turn begins; where out->needs_check is true then, it has to be finished. */
void bind_begin(struct run *run, struct outcome *out);

/* Look again at what was or may have been changed, until it is as asked. Not at a failed one. */
void bind_finish(struct run *run, struct outcome *out);

/* It has failed: tell what is there now, and what that means for itself and the others. */
void bind_fail(struct run *run, struct outcome *out, struct error *err);
