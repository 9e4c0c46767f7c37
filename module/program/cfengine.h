/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CFEngine: robind serves a promise type. cf-agent starts it once, and then says and hears
 * texts of one line with an empty one after each: first both say who they are, then there are
 * questions and answers in JSON. The promiser is the target, the attributes are the bind's
 * members. Each promise is a robind of its own, so that one that hangs or dies is an answer, too.
 */
#pragma once

#include "call.h"

/* Serve until cf-agent ends it. Returns the exit status. */
int cfengine_run(struct call *call);
