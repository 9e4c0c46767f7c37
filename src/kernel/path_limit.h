/* SPDX-License-Identifier: Apache-2.0 */
/* Walks of paths within the time that is left, and where they stood when they failed. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

struct worker_request;
struct worker_reply;

/*
 * Start the clock: walks of paths are given up before `deadline`, which is in seconds of
 * clock_now(); 0 is none. `trigger` says that automounts are opened on the way.
 */
void path_set_deadline(double deadline, bool trigger);

/* From here on, until the clock is started again, no walk is waited for longer than that. */
void path_set_patience(double seconds);

/*
 * Where the last walk stood that gave -ETIMEDOUT, -EREMOTE or -EREMOTEIO; valid until the
 * next one.
 */
const char *path_last_obstacle(void);

/*
 * Have a walk made by the child. Returns said->result; -ETIMEDOUT, -EREMOTE or -EREMOTEIO
 * with the obstacle; -ENAMETOOLONG. Fills in ask->path and ask->trigger.
 */
MUST_CHECK int path_walk_limited(struct worker_request *ask, const char *path,
				 struct worker_reply *said);

/*
 * The same for what can do without an answer: within half a second, and with others of its
 * kind within two; without triggering anything.
 */
MUST_CHECK int path_walk_briefly(struct worker_request *ask, const char *path,
				 struct worker_reply *said);

/* Leave the child, and forget what was unresponsive. */
void path_limit_done(void);
