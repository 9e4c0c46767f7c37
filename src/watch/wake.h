/* SPDX-License-Identifier: Apache-2.0 */
/* From what the kernel tells to the binds that it concerns: these become due. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "watch/state.h"

/* Begin to be told of mounts, signals and time. Returns 0, or -1 with *err set. */
MUST_CHECK int wake_open(struct watch *w, struct error *err);

/*
 * Watch all paths of all files, in the place of those that were watched so far. Returns 0, or
 * -1 when there is no memory.
 */
MUST_CHECK int wake_arm(struct watch *w);

/* The same of one bind, whose paths may lead elsewhere now; as above. */
MUST_CHECK int wake_arm_bind(struct watch *w, size_t file, size_t bind);

/* Wait for an event, or until the time comes; then take what has been told. */
void wake_wait(struct watch *w, double until);

/* Take the signals that have come by now; whether one of them, `to` being the watch, ends it. */
bool wake_is_over(void *to);

/* Make those binds due whose mounts are not as they were. */
void wake_glance(struct watch *w);

void wake_done(struct watch *w);
