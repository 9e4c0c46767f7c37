/* What became of one bind. */
#pragma once

#include <stdbool.h>

#include "apply/apply.h"
#include "base/error.h"
#include "plan/planner.h"
#include "request/want.h"

enum status { STATUS_OK, STATUS_CHANGED, STATUS_FAILED, STATUS_SKIPPED, STATUS_COUNT_ };

/* The names of the statuses in the reply; static. */
extern const char *const status_names[STATUS_COUNT_];

struct outcome {
	enum status status;
	bool changed; /* or, in check mode, would be; a failed bind may have changed */
	const struct want *want; /* as asked */
	const struct want
		*real;    /* with symlinks resolved; the same where none were followed */
	struct plan plan; /* the first one: why, and what was there before */
	struct done_steps done;    /* in check mode: what would be done */
	struct target_state after; /* what was seen then; in check mode what would be */
	enum line_action line;     /* what was done, or would be, to its lines in fstab */
	unsigned risks;            /* for the next boot: risk_find() */
	uint32_t source_attr;      /* MOUNT_FLAG_* of the mount that the source lies on */
	bool needs_check;          /* was changed, and is yet to be looked at again */
	bool is_covered; /* a mount lies hidden below ours, `covered` is its root */
	char *covered;
	char *frozen_at;   /* the bind that keeps the source from being written to */
	struct error fail; /* where the status is STATUS_FAILED */
};

/* Free what it owns; safe on {0} and twice. */
void outcome_done(struct outcome *out);
