/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/macro.h"
#include "plan/drift.h"
#include "plan/fstab_plan.h"
#include "plan/plan.h"
#include "reply_text.h"

/* clang-format off */
static const char *const was[DRIFT_COUNT_] = {
	[DRIFT_UNTRIGGERED]       = "behind an automount",
	[DRIFT_SOURCE_MISSING]    = "without a source",
	[DRIFT_TARGET_MISSING]    = "without a target",
	[DRIFT_NOT_MOUNTED]       = "not mounted",
	[DRIFT_WRONG_SOURCE]      = "of another source",
	[DRIFT_STALE_SOURCE]      = "of a deleted source",
	[DRIFT_SOURCE_COVERED]    = "of what lies under a mount",
	[DRIFT_UNEXPECTED_MOUNT]  = "mounted",
	[DRIFT_TARGET_UNWANTED]   = "an empty target",
	[DRIFT_STACKED]           = "mounted more than once",
	[DRIFT_WRITABLE]          = "writable",
	[DRIFT_OPTIONS]           = "of other options",
	[DRIFT_PROPAGATION]       = "not private",
	[DRIFT_SUBMOUNT_MISSING]  = "without a mount below",
	[DRIFT_SUBMOUNT_EXTRA]    = "with a mount too many below",
	[DRIFT_SUBMOUNT_WRITABLE] = "writable below",
	[DRIFT_FSTAB_MISSING]     = "not in fstab",
	[DRIFT_FSTAB_DIFFERS]     = "other in fstab",
	[DRIFT_FSTAB_DUPLICATE]   = "twice in fstab",
	[DRIFT_FSTAB_UNWANTED]    = "in fstab",
};

static const char *const steps[STEP_COUNT_] = {
	[STEP_CREATE_TARGET]  = "make the target",
	[STEP_PEEL]           = "take off what covers it",
	[STEP_SET_READ_ONLY]  = "set it read-only",
	[STEP_SET_OPTIONS]    = "set its options",
	[STEP_SET_PRIVATE]    = "set it private",
	[STEP_ATTACH]         = "mount it read-only",
	[STEP_REPLACE]        = "put a new read-only mount in its place",
	[STEP_DETACH]         = "unmount it",
	[STEP_STOP_AUTOMOUNT] = "stop its automount",
	[STEP_REMOVE_TARGET]  = "remove the target",
};

static const char *const lines[LINE_ACTION_COUNT_] = {
	[LINE_ACTION_ADD]     = "add its line to fstab",
	[LINE_ACTION_CORRECT] = "correct its line in fstab",
	[LINE_ACTION_REMOVE]  = "remove its line from fstab",
};
/* clang-format on */

const char *drift_was(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(was); i++) {
		if (was[i] && strcmp(drift_rules[i].name, code) == 0)
			return was[i];
	}
	return code;
}

const char *action_does(const char *action)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (steps[i] && strcmp(step_names[i], action) == 0)
			return steps[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (lines[i] && line_action_names[i] &&
		    strcmp(line_action_names[i], action) == 0)
			return lines[i];
	}
	return action;
}

/* Whether the bind has a drift with one of these codes, or, if `only`, none but these. */
static bool has_drift(const json_t *bind, bool only, enum drift_code a, enum drift_code b,
		      enum drift_code c)
{
	const json_t *drift = json_object_get(bind, "drift");
	size_t n = 0;
	size_t i = 0;
	json_t *item = NULL;

	json_array_foreach(drift, i, item)
	{
		const char *code = member_text(item, "code");

		n += strcmp(code, drift_rules[a].name) == 0 ||
		     strcmp(code, drift_rules[b].name) == 0 ||
		     strcmp(code, drift_rules[c].name) == 0;
	}
	return only ? n > 0 && n == json_array_size(drift) : n > 0;
}

static bool is_to_be_gone(const json_t *bind)
{
	const char *state = member_text(bind, "state");

	return strcmp(state, "absent") == 0 || strcmp(state, "unmounted") == 0 ||
	       strcmp(state, "fstab_absent") == 0;
}

enum change change_of(const json_t *bind)
{
	const json_t *before = json_object_get(bind, "before");

	if (is_to_be_gone(bind) || has_drift(bind, true, DRIFT_UNEXPECTED_MOUNT,
					     DRIFT_FSTAB_UNWANTED, DRIFT_TARGET_UNWANTED))
		return CHANGE_REMOVED;
	if (has_drift(bind, false, DRIFT_NOT_MOUNTED, DRIFT_TARGET_MISSING,
		      DRIFT_NOT_MOUNTED))
		return CHANGE_MADE;
	if (!json_is_true(json_object_get(before, "mounted")) &&
	    has_drift(bind, true, DRIFT_FSTAB_MISSING, DRIFT_FSTAB_MISSING,
		      DRIFT_FSTAB_MISSING))
		return CHANGE_MADE;
	return CHANGE_MENDED;
}
