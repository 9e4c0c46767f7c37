/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "fstab/line.h"
#include "plan/rules.h"

int rule_automount(const struct have *have, struct plan *plan)
{
	if (have->n_layers == 0 &&
	    drift_add(&plan->drift, DRIFT_UNEXPECTED_MOUNT, NULL, "autofs", NULL) < 0)
		return -1;
	return step_list_add(&plan->steps, STEP_STOP_AUTOMOUNT);
}

/* Of a bind of a place onto itself whose source is not named the next run would not know. */
static int refuse_unnamed(const struct want *want, struct plan *plan)
{
	return plan_refuse(
		plan, ERROR_WRONG_SOURCE, PTR_KEY(PTR_ROOT, "target"),
		"'%s' is bound onto itself, and would be removed with that bind; leave "
		"\"remove_target\" out, or name it as \"source\" too, and it stays",
		want->target);
}

PRINTF_LIKE(2, 3)
static int keep(struct plan *plan, const char *fmt, ...)
{
	va_list args;
	int r = 0;

	va_start(args, fmt);
	r = vasprintf(&plan->kept, fmt, args);
	va_end(args);
	if (r < 0)
		plan->kept = NULL;
	return r < 0 ? -1 : 0;
}

/* A line that mounts something else there. */
static const struct fstab_entry *find_other_line(const struct want *want,
						 const struct fstab_facts *line)
{
	const struct fstab *fstab = line->fstab;
	size_t i = fstab ? fstab_find(fstab, want->target) : FSTAB_NONE;

	while (i != FSTAB_NONE && line_look(&fstab->entries[i]).is_bind)
		i = fstab_next(fstab, i, want->target);
	return i != FSTAB_NONE ? &fstab->entries[i] : NULL;
}

/* Keep it, where somebody needs it. */
static int rule_needed(const struct want *want, const struct have *have, struct plan *plan)
{
	const struct fstab_entry *other = find_other_line(want, &have->line);

	if (have->bare.is_mount)
		return keep(plan, "something else is mounted there");
	if (want_is_self(want))
		return keep(plan, "it is the source as well");
	if (want->needed_by != WANT_NONE)
		return keep(plan, "another bind of the request needs it, as its source or "
				  "for its own target");
	if (other)
		return keep(plan, "line %zu of '%s' mounts something else there",
			    other->line, have->line.path);
	return 0;
}

/* Keep it, where it is not what can be removed. */
static int rule_removable(const struct have *have, struct plan *plan)
{
	const struct bare_target *bare = &have->bare;

	if (bare->is_linked)
		return keep(plan, "a symlink leads to it, and would then lead nowhere");
	if (bare->is_read_only)
		return keep(plan, "what it lies on is read-only");
	if (bare->is_special)
		return keep(plan, "it is neither a directory nor a file");
	if (bare->content)
		return keep(plan, "it is not empty (%s)", bare->content);
	return 0;
}

/* The mount there, or the line for it, binds the target onto itself. */
static bool is_bound_onto_itself(const struct want *want, const struct have *have)
{
	return have->bare.is_own_place || want_is_self(want);
}

int rule_removal(const struct want *want, const struct have *have, struct plan *plan)
{
	int r = 0;

	if (plan->refusal || !pinned_path_is_there(&have->target))
		return 0;
	if (is_bound_onto_itself(want, have) &&
	    (!want_is_self(want) || want->is_source_found))
		return refuse_unnamed(want, plan);
	r = rule_needed(want, have, plan);
	if (r == 0 && !plan->kept)
		r = rule_removable(have, plan);
	if (r < 0 || plan->kept)
		return r;
	if (plan->steps.count == 0 &&
	    drift_add(&plan->drift, DRIFT_TARGET_UNWANTED, NULL, NULL, NULL) < 0)
		return -1;
	return step_list_add(&plan->steps, STEP_REMOVE_TARGET);
}
