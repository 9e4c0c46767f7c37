/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of robind, from the command line to the exit status: what its commands have in
 * common.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "bolt.h"
#include "cli.h"
#include "kernel/features.h"
#include "reply/reply.h"
#include "request/request.h"

struct call {
	struct cli cli;
	struct bolt bolt; /* doc is NULL when it is not Bolt that calls */
	const struct features *features;
	struct reply reply;
	struct error fail;
};

enum exit_status {
	EXIT_IN_SYNC = 0,
	EXIT_FAILED = 1,
	EXIT_DIFFERS = 2,
};

/*
 * What the command line adds to the request: never less than the request asks itself.
 * Returns 0, or -1 with ERROR_USAGE or ERROR_MEMORY.
 */
MUST_CHECK int call_add_options(const struct cli *cli, bool is_check, struct request *req,
				struct error *err);

/* Run what was decoded, and write the reply. Returns the exit status. */
int call_run(struct call *call, struct request *req, bool differs_is_2);

/*
 * Write the reply in the caller's dialect. `failed` says that call->fail concerns the
 * request as a whole. Returns the exit status.
 */
int call_finish(const struct call *call, bool failed, bool differs_is_2);

/* Write a reply that says only why there is none, call->fail. Returns the exit status. */
int call_finish_failed(struct call *call);

/*
 * What `show` and `graph` have in common: look at the targets that the words name, or else at all
 * that fstab lists, with the rights to look at `holders` too, and have call->reply told. What it
 * borrows is there while it is told; looking ends at the deadline, in seconds of clock_now().
 * Returns the exit status.
 */
int call_show(struct call *call, bool holders,
	      int (*tell)(struct call *call, double deadline));
