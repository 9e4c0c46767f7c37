/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of one bind. It is kept from the bind's start until the reply is told, so it
 * is small, and holds nothing of the machine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/macro.h"
#include "plan/plan.h"
#include "request/want.h"

enum status { STATUS_OK, STATUS_CHANGED, STATUS_FAILED, STATUS_SKIPPED, STATUS_COUNT_ };

/* The names of the statuses in the reply; static. */
extern const char *const status_names[STATUS_COUNT_];

struct outcome {
	const struct want *want;    /* borrowed from the request */
	struct kept_error *error;   /* where the status is STATUS_FAILED, else NULL */
	struct drift_list drift;    /* why: what was found first that was not as asked */
	struct done_steps done;     /* in check mode: what would be done */
	struct target_state before; /* what was seen first */
	struct target_state after;  /* what was seen then; in check mode what would be */
	char *covered;              /* the root of a mount that lies hidden below ours */
	char *kept;                 /* why the target stays that was to be removed */
	char *hides;                /* what lies at the target, where nothing was mounted */
	char *frozen_at;      /* the bind that keeps the source from being written to */
	char *automount;      /* one in the source, which mounts nothing in the bind */
	char *left_unit;      /* systemd's name for one at the target */
	char *watched;        /* what a robind watch is asked for instead, and by what */
	uint32_t source_attr; /* MOUNT_FLAG_* of the mount that the source lies on */
	unsigned risks;       /* for the next boot: risk_find() */
	enum status status;
	enum line_action line_due; /* what its lines in fstab need, once it is as asked */
	enum line_action line;     /* what was done, or would be, to its lines in fstab */
	bool changed; /* or, in check mode, would be; a failed bind may have changed */
	bool is_after_known;    /* false: what is there after a change could not be seen */
	bool leaves_copies;     /* of the old mount, in other namespaces, maybe */
	bool is_automount_left; /* at the target, and may mount there again */
	bool needs_check;       /* was changed, and is yet to be looked at again */
};

/* The bind has failed, for this reason; the first one stands. */
void outcome_fail(struct outcome *out, const struct error *err);

/* Free what it owns; safe on {0} and twice. */
void outcome_done(struct outcome *out);
