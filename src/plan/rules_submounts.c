/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "plan/loss.h"
#include "plan/rules.h"

int rule_source_below(const struct want *want, const struct have *have, struct plan *plan)
{
	if (have->barred)
		return plan_refuse(
			plan, ERROR_SUBMOUNT_IN_THE_WAY, PTR_KEY(PTR_ROOT, "source"),
			"'%s' would be seen at '%s/%s', where the request wants nothing "
			"mounted; unmount it, or leave out one of the two",
			have->barred->point, want->target,
			path_rest(have->barred->point, want->source));
	for (size_t i = 0; want->recursive && i < have->source_below.count; i++) {
		const struct mount *m = &have->source_below.items[i];

		if (m->propagation & PROPAGATION_UNBINDABLE)
			return plan_refuse(
				plan, ERROR_SUBMOUNT_MISSING, PTR_KEY(PTR_ROOT, "source"),
				"'%s' is unbindable, so it cannot be seen below '%s'; "
				"make it private",
				m->point, want->target);
	}
	return 0;
}

/* A new self-bind would be cloned from the old one, which lacks the mount as well. */
static int refuse_hidden(const struct want *want, const struct mount *m, struct plan *plan)
{
	return plan_refuse(plan, ERROR_SUBMOUNT_MISSING, PTR_KEY(PTR_ROOT, "target"),
			   "'%s' is hidden by the bind of '%s' onto itself; unmount that "
			   "bind, then run robind",
			   m->point, want->target);
}

/* The mounts below the source that the target lacks. */
static int rule_missing(const struct want *want, const struct have *have, struct plan *plan,
			struct repair *repair)
{
	for (size_t i = 0; want->recursive && i < have->source_below.count; i++) {
		const struct mount *m = &have->source_below.items[i];

		if (have->is_matched[i])
			continue;
		if (drift_add(&plan->drift, DRIFT_SUBMOUNT_MISSING, m->point, NULL,
			      m->point) < 0)
			return -1;
		repair_replace(repair, REPLACE_MUST);
		if (want_is_self(want) && refuse_hidden(want, m, plan) < 0)
			return -1;
	}
	return rule_source_below(want, have, plan);
}

/*
 * A mount below that is writable. Only a copy of what the source has is ours to mend: in
 * place where it belongs to the bind, else by a new mount that comes without it.
 */
static int rule_writable(const struct want *want, const struct have *have, size_t i,
			 struct plan *plan, struct repair *repair)
{
	const struct mount *m = &have->below.items[i];
	bool is_copy = have->below_kinds[i] == BELOW_COPY;

	if (drift_add(&plan->drift, DRIFT_SUBMOUNT_WRITABLE, "ro", "rw", m->point) < 0)
		return -1;
	if (!is_copy && !want->replace)
		return plan_refuse(
			plan, ERROR_SUBMOUNT_WRITABLE, PTR_KEY(PTR_ROOT, "target"),
			"'%s' (%s) is mounted below '%s' and is writable; unmount it",
			m->point, m->fs_type, want->target);
	if (!is_copy || !want->recursive) {
		repair_replace(repair, REPLACE_MUST);
		return 0;
	}
	repair->read_only = true;
	if (have_is_parent_shared(have, 0))
		repair_replace(repair, REPLACE_FOR_COPIES);
	return 0;
}

/* A mount below that belongs to the bind, is read-only, and may differ in the rest. */
static int rule_copy(const struct want *want, const struct mount *m, struct plan *plan,
		     struct repair *repair)
{
	if (!mount_is_private(m) && !want->read_only_alone) {
		repair_replace(repair, REPLACE_MUST);
		return drift_add(&plan->drift, DRIFT_PROPAGATION, "private", "shared",
				 m->point);
	}
	if (!want->read_only_alone && !flags_are_met(m->attr, want->options)) {
		repair_replace(repair, REPLACE_MUST);
		return drift_add(&plan->drift, DRIFT_OPTIONS, "as asked", "other",
				 m->point);
	}
	return 0;
}

static int rule_submount(const struct want *want, const struct have *have, size_t i,
			 struct plan *plan, struct repair *repair)
{
	const struct mount *m = &have->below.items[i];
	enum below_kind kind = have->below_kinds[i];

	if (kind == BELOW_REQUEST || (kind == BELOW_IN_FSTAB && mount_is_read_only(m)))
		return 0;
	if (kind == BELOW_LEFT) {
		repair_replace(repair, REPLACE_MUST);
		return drift_add(&plan->drift, DRIFT_SUBMOUNT_EXTRA, NULL, m->root,
				 m->point);
	}
	if (!mount_is_read_only(m))
		return rule_writable(want, have, i, plan, repair);
	return want->recursive && kind == BELOW_COPY ? rule_copy(want, m, plan, repair) : 0;
}

int rule_submounts(const struct want *want, const struct have *have, struct plan *plan,
		   struct repair *repair)
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (rule_submount(want, have, i, plan, repair) < 0)
			return -1;
	}
	return rule_missing(want, have, plan, repair);
}

int rule_clearing(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct mount *lost = loss_find(want, have);
	struct error err = {0};

	if (!lost)
		return 0;
	(void)loss_error(&err, want, lost);
	return plan_refuse_as(plan, &err);
}
