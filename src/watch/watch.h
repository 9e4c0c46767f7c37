/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keep binds as they are asked for: wait for the kernel to say that something happened, look at
 * what it concerns, and mend that by the same run as apply. Nothing here judges what drift is.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "watch/state.h"

/*
 * Make the first pass, and then go on until SIGTERM or SIGINT; SIGHUP reads all requests
 * again. Returns 0 then; or -1 with *err set, where nothing can be watched at all.
 */
MUST_CHECK int watch_run(struct watch *w, struct error *err);
