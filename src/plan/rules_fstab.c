#include <stdio.h>
#include <stdlib.h>

#include "fstab/line.h"
#include "plan/rules.h"

static int refuse_unread(const struct fail *unread, struct plan *plan)
{
	if (plan->refusal)
		return 0;
	plan->refusal = malloc(sizeof(*plan->refusal));
	if (!plan->refusal)
		return -1;
	*plan->refusal = *unread;
	return 0;
}

static int refuse_conflict(const struct want *want, const struct have_line *line,
			   size_t conflict, struct plan *plan)
{
	const struct fstab_entry *entry = &line->fstab->entries[conflict];

	return judge_refuse(
		plan, FAIL_FSTAB_CONFLICT, AT_KEY(AT_ROOT, "target"),
		"line %zu of '%s' mounts '%s' (%s) at '%s' already, and of two lines for "
		"one "
		"place the boot takes one; remove that line, or ask for \"ephemeral\"",
		entry->line, line->path, entry->source, entry->type, want->target);
}

/* What no line can say, or must not say on this host. */
static int judge_sayable(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	if (want_is_self(want) && have->is_base_here)
		return judge_refuse(
			plan, FAIL_FSTAB_CONFLICT, AT_KEY(AT_ROOT, "target"),
			"'%s' is the mount point of a disk, and of two lines for one place "
			"the boot takes one; ask for \"ephemeral\"",
			want->target);
	if (want->fstab_type == FSTAB_TYPE_ROBIND && !have->line.has_helper)
		return judge_refuse(
			plan, FAIL_HELPER_MISSING, AT_KEY(AT_ROOT, "fstab_type"),
			"there is no executable '/sbin/mount.robind', and without it the "
			"next "
			"boot would fail; install it, or leave \"fstab_type\" out");
	return 0;
}

static int note_drift(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct line_plan *line = &plan->line;
	const struct fstab_entry *entries = have->line.fstab->entries;
	char count[24];

	if (line->deed == LINE_REMOVE)
		return drift_add(&plan->drift, DRIFT_FSTAB_UNWANTED, NULL,
				 entries[line->first].source, NULL);
	if (line->deed == LINE_ADD)
		return drift_add(&plan->drift, DRIFT_FSTAB_MISSING, line->line, NULL, NULL);
	if (line->line && drift_add(&plan->drift, DRIFT_FSTAB_DIFFERS, line->differs_want,
				    line->differs_have, NULL) < 0)
		return -1;
	(void)snprintf(count, sizeof(count), "%zu", line->n_binds);
	if (want_of_fstab(want) == DECIDES_THERE && line->n_binds > 1)
		return drift_add(&plan->drift, DRIFT_FSTAB_DUPLICATE, "1", count, NULL);
	return 0;
}

int judge_fstab(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct have_line *line = &have->line;

	if (want_of_fstab(want) == DECIDES_NOTHING || line->is_settled)
		return 0;
	if (!line->fstab)
		return refuse_unread(line->unread, plan);
	if (line_plan_make(want, have->source_attr, line->fstab, &plan->line) < 0)
		return -1;
	if (want_of_fstab(want) == DECIDES_THERE && plan->line.conflict != FSTAB_NONE &&
	    refuse_conflict(want, line, plan->line.conflict, plan) < 0)
		return -1;
	if (want_of_fstab(want) == DECIDES_THERE && judge_sayable(want, have, plan) < 0)
		return -1;
	return plan->line.deed == LINE_LEAVE ? 0 : note_drift(want, have, plan);
}
