/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a reply. Each writes one value; `key` is its name, NULL in an array. */
#pragma once

#include "apply/outcome.h"
#include "base/json_writer.h"
#include "plan/drift.h"
#include "plan/plan.h"
#include "reply/reply.h"
#include "request/request.h"

/* {code, at, errno, msg}: an error of the request as a whole, or of one bind. */
void part_error(struct json_writer *w, const struct error *err);
void part_kept_error(struct json_writer *w, const struct kept_error *err, const char *at);

void part_drift(struct json_writer *w, const char *key, const struct drift_list *drift);
void part_target_state(struct json_writer *w, const char *key,
		       const struct target_state *state);

/* The members that the live mount of a bind and that of `show` have in common. */
void part_live_state(struct json_writer *w, const struct target_state *state);

/* {code, target, msg}; the target is NULL where it is not about one bind. */
void part_warning(struct json_writer *w, const char *code, const char *target,
		  const char *msg);

/* {before, after, before_header, after_header}, as Ansible shows it. */
void part_diff(struct json_writer *w, const char *before, const char *after,
	       const char *header);

/* One bind of the request, `i`; a short one without the reasons (reply_bind.c). */
void part_bind(struct json_writer *w, const struct reply *reply, size_t i, bool is_short);

/* What the live mount of a bind was and is, as a diff; none where it is the same. */
bool bind_has_diff(const struct reply *reply, const struct outcome *out);
void part_bind_diff(struct json_writer *w, const struct outcome *out);

/* The warnings of one bind. */
void part_bind_warnings(struct json_writer *w, const struct reply *reply,
			const struct outcome *out);

/* What `show` tells of one target (reply_shown.c). */
void part_shown(struct json_writer *w, const struct shown *shown);

/* The holders of bind `i`, where it has some (reply_holders.c). */
void part_holders(struct json_writer *w, const struct reply *reply, size_t i);

/* What has to be restarted, and the warnings about holders. */
void part_needs_restart(struct json_writer *w, const struct restarts *restarts);
void part_holder_warnings(struct json_writer *w, const struct reply *reply);

/*
 * Those about the kernel: which loop device or swap area goes on writing, and where none is
 * found, that something does (reply_kernel.c).
 */
void part_kernel_warnings(struct json_writer *w, const struct reply *reply);
