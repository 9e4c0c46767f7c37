/* SPDX-License-Identifier: Apache-2.0 */
/* One robind at a time: a lock file with the holder's process id in it. */
#pragma once

#include "base/error.h"
#include "base/macro.h"

/*
 * Take the lock, waiting until `deadline` (clock_now()), which is `timeout` seconds from
 * the start, or as wait_moment() ends it. *ret is the descriptor that holds it
 * until it is closed, or -1 where no lock file can be had at all (/run is not ours to
 * write: an ordinary user in a user namespace). -1 with ERROR_LOCKED_OUT, which names the
 * holder.
 */
MUST_CHECK int lock_take(double deadline, unsigned timeout, int *ret, struct error *err);
