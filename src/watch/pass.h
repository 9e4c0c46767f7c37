/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over some binds of a request: the same run as that of apply and check, and what came
 * of it is remembered and told.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "kernel/features.h"
#include "reply/reply.h"
#include "watch/file.h"
#include "watch/told.h"

struct pass {
	const struct watch_hooks *hooks;
	const struct features *features;
	bool check_mode; /* nothing is to be mended, ever */

	/* Asked before each bind: whether it and all others stay as they are from here on. */
	bool (*is_over)(void *to);
	void *to;
};

/* Why a pass is made. */
enum pass_kind {
	PASS_MEND,  /* something happened to these binds */
	PASS_LOOK,  /* maybe nothing did: what is not as asked is only made due */
	PASS_FIRST, /* nothing is known of them yet: what was right already is not told */
	PASS_LATE,  /* they answered when they were asked apart: they are waited for */
};

/*
 * Judge `n` of the binds, by their rising numbers, and mend them as far as this pass does. With
 * `now` (seconds of CLOCK_BOOTTIME) they get their next times.
 */
void pass_run(const struct pass *pass, struct watch_file *f, const size_t *which, size_t n,
	      enum pass_kind kind, double now);

/*
 * Only look at them, however long they take, and at who holds them; nothing is remembered or told. Returns as
 * run_request(): *req for request_done(), and *reply for reply_done(), in any case.
 */
MUST_CHECK int pass_ask(const struct pass *pass, const struct watch_file *f,
			const size_t *which, size_t n, bool holders, struct request *req,
			struct reply *reply, struct error *err);

/* The first pass over all of a request, with what is to be purged. */
void pass_first(const struct pass *pass, struct watch_file *f);

/* Tell what is of no bind: of a request or, where `f` is NULL, of the watch; `text` or NULL. */
void pass_tell(const struct pass *pass, enum watch_event_kind kind,
	       const struct watch_file *f, const char *text);
