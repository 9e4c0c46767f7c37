/* SPDX-License-Identifier: Apache-2.0 */
/* A process of our own that does what may take long, and says what came of it when it is through. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/macro.h"
#include "base/strbuf.h"

/* {0} is none. */
struct child {
	pid_t pid;
	int fd; /* where it is heard, and whose end is its own */
};

/* What it does, as a copy of us; it says so to `to`. */
typedef void child_work(const void *with, int to);

/* Start one; false where that cannot be. child_end() ends it. */
MUST_CHECK bool child_start(struct child *child, child_work *work, const void *with);

/* Add what it has said by now, without waiting; whether it is through. */
MUST_CHECK bool child_hear(const struct child *child, struct strbuf *said);

/*
 * Kill it, with all that it has started; safe on {0} and twice. One that is past killing is left
 * behind.
 */
void child_end(struct child *child);
