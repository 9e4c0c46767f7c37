/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/path.h"
#include "fstab/line.h"
#include "plan/boot_risks.h"
#include "plan/rules.h"

static int refuse_conflict(const struct want *want, const struct fstab_facts *line,
			   size_t conflict, struct plan *plan)
{
	const struct fstab_entry *entry = &line->fstab->entries[conflict];

	return plan_refuse(
		plan, ERROR_FSTAB_CONFLICT, PTR_KEY(PTR_ROOT, "target"),
		"line %zu of '%s' mounts '%s' (%s) at '%s' already, and of two lines for one "
		"place the boot takes one; remove that line, or ask for \"ephemeral\"",
		entry->line, line->path, entry->source, entry->type, want->target);
}

/* Once it is there, neither its own line nor any other could be written. */
static int rule_fstab_below(const struct want *want, const struct have *have,
			    struct plan *plan)
{
	const char *path = have->line.path;

	if (!want_is_there(want) || !path || !path_rest(path, want->target) ||
	    (plan->steps.count == 0 && plan->line.action == LINE_ACTION_LEAVE))
		return 0;
	return plan_refuse(
		plan, ERROR_FSTAB, PTR_KEY(PTR_ROOT, "target"),
		"'%s' lies below '%s', and could not be written to once that is "
		"read-only; share the folders that matter one by one, or ask for "
		"\"ephemeral\"",
		path, want->target);
}

/* Refuse what a line of fstab cannot express, or must not say on this host. */
static int rule_expressible(const struct want *want, const struct have *have,
			    struct plan *plan)
{
	if (want_is_self(want) && have->is_base_here)
		return plan_refuse(
			plan, ERROR_FSTAB_CONFLICT, PTR_KEY(PTR_ROOT, "target"),
			"'%s' is the mount point of a disk, and of two lines for one place "
			"the boot takes one; ask for \"ephemeral\"",
			want->target);
	if (want->fstab_type == FSTAB_TYPE_ROBIND && !have->line.has_helper)
		return plan_refuse(plan, ERROR_HELPER_MISSING,
				   PTR_KEY(PTR_ROOT, "fstab_type"),
				   HELPER_IS_MISSING
				   ", and without it the next boot would fail; "
				   "install it, or leave \"fstab_type\" out");
	return 0;
}

static int note_drift(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct line_plan *line = &plan->line;
	const struct fstab_entry *entries = have->line.fstab->entries;
	char count[24];

	if (line->action == LINE_ACTION_REMOVE)
		return drift_add(&plan->drift, DRIFT_FSTAB_UNWANTED, NULL,
				 entries[line->first].source, NULL);
	if (line->action == LINE_ACTION_ADD)
		return drift_add(&plan->drift, DRIFT_FSTAB_MISSING, line->line, NULL, NULL);
	if (line->line && drift_add(&plan->drift, DRIFT_FSTAB_DIFFERS, line->differs_want,
				    line->differs_have, NULL) < 0)
		return -1;
	(void)snprintf(count, sizeof(count), "%zu", line->n_binds);
	if (want_of_fstab(want) == DECIDES_THERE && line->n_binds > 1)
		return drift_add(&plan->drift, DRIFT_FSTAB_DUPLICATE, "1", count, NULL);
	return 0;
}

int rule_fstab(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct fstab_facts *line = &have->line;

	if (want_of_fstab(want) == DECIDES_NOTHING || line->skip_fstab)
		return 0;
	if (!line->fstab)
		return plan_refuse_as(plan, line->unread);
	if (line_plan_make(want, have->source_attr, line->fstab, &plan->line) < 0)
		return -1;
	if (want_of_fstab(want) == DECIDES_THERE && plan->line.conflict != FSTAB_NONE &&
	    refuse_conflict(want, line, plan->line.conflict, plan) < 0)
		return -1;
	if (want_of_fstab(want) == DECIDES_THERE &&
	    (rule_expressible(want, have, plan) < 0 ||
	     rule_fstab_below(want, have, plan) < 0))
		return -1;
	return plan->line.action == LINE_ACTION_LEAVE ? 0 : note_drift(want, have, plan);
}
