/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to become of the lines for one target in fstab: want + fstab -> line plan. Pure;
 * made when the bind is judged, and once more from what fstab says when it is written.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "base/strbuf.h"
#include "fstab/edit.h"
#include "fstab/parse.h"
#include "request/want.h"

enum line_action {
	LINE_ACTION_LEAVE,
	LINE_ACTION_ADD,
	LINE_ACTION_CORRECT, /* it, or the others for the same target, or both */
	LINE_ACTION_REMOVE,
	LINE_ACTION_COUNT_
};

/* The name of each in the reply's "actions", NULL for LINE_ACTION_LEAVE; static. */
extern const char *const line_action_names[LINE_ACTION_COUNT_];

struct line_plan {
	enum line_action action;
	const char *target; /* borrowed from the want */
	size_t first;       /* the first bind line for the target, or FSTAB_NONE */
	size_t n_binds;     /* how many there are */
	size_t conflict;    /* a line for the target that is no bind, or FSTAB_NONE */
	char *line;         /* the new or corrected line; NULL: there is none */
	char *differs_want; /* what the first line lacks, and has in its place, in words */
	char *differs_have;
};

/*
 * Find the lines for the target, and what has to become of them. `inherited` are the
 * MOUNT_FLAG_* of the live source. Returns 0, or -1 when there is no memory.
 * line_plan_done() frees it.
 */
MUST_CHECK int line_plan_make(const struct want *want, uint32_t inherited,
			      const struct fstab *fstab, struct line_plan *ret);

/* Free what it owns; safe on {0} and twice. */
void line_plan_done(struct line_plan *plan);

/* Add its edits to those of `edits->fstab`, which it was made of. 0, or -1: no memory. */
MUST_CHECK int line_plan_note(const struct line_plan *plan, struct fstab_edits *edits);

/* The lines for the target as they are, each with a line feed, appended to `out`. */
void line_plan_show_old(const struct line_plan *plan, const struct fstab *fstab,
			struct strbuf *out);

/* The same for the line that there will be, if any; LINE_ACTION_LEAVE has none. */
void line_plan_show_new(const struct line_plan *plan, const struct fstab *fstab,
			struct strbuf *out);
