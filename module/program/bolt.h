/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bolt's dialect: robind is a task. It is called without arguments, with the parameters as
 * one JSON object on standard input, among them `_task` and what else the runner adds.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"

/* What the runner says beside the request. */
struct bolt {
	json_t *doc;   /* the request; a new reference, NULL where this is no task */
	bool is_check; /* the task is called ...::check, or the runner says `_noop` */
};

/*
 * Read the parameters from standard input; nothing is read from a terminal. Returns 0 with
 * ret->doc NULL where nobody calls a task; -1 with ERROR_INPUT, ERROR_REQUEST or
 * ERROR_MEMORY for text that cannot be read or is no JSON.
 */
MUST_CHECK int bolt_read(struct bolt *ret, struct error *err);

/*
 * Add `_error` to the reply of a task that failed: a task has failed for Bolt when it says
 * why there. Returns 0, or -1 when there is no memory.
 */
MUST_CHECK int bolt_add_error(json_t *reply);
