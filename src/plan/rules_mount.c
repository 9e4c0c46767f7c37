/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "observe/volume.h"
#include "plan/loss.h"
#include "plan/rules.h"

static bool is_writable_same(const struct have *have, size_t layer)
{
	return layer < have->n_layers && have->layers[layer].kind == LAYER_SAME &&
	       !mount_is_read_only(&have->layers[layer].mount);
}

/*
 * How many layers can be taken off: the one below them shows the source and is read-only.
 * Where the top is writable already, writable layers below it may go as well, for they show
 * nothing that the target did not show before.
 */
static size_t count_peelable(const struct have *have)
{
	size_t n = 0;

	while (is_writable_same(have, n) && is_writable_same(have, n + 1))
		n++;
	while (n + 1 < have->n_layers && have->layers[n + 1].kind == LAYER_SAME &&
	       mount_is_read_only(&have->layers[n + 1].mount))
		n++;
	return n;
}

int rule_foreign(const struct want *want, const struct mount *m, bool is_bind,
		 struct plan *plan)
{
	if (!want->source)
		return plan_refuse(
			plan, is_bind ? ERROR_WRONG_SOURCE : ERROR_UNEXPECTED_MOUNT,
			PTR_KEY(PTR_ROOT, "target"),
			"'%s' shows '%s' (%s), which may be anybody's; name it as "
			"\"source\", or say \"replace\": true",
			want->target, m->root, m->fs_type);
	if (is_bind)
		return plan_refuse(
			plan, ERROR_WRONG_SOURCE, PTR_KEY(PTR_ROOT, "target"),
			"'%s' shows another source ('%s' in its %s); unmount it, "
			"or say \"replace\": true",
			want->target, m->root, m->fs_type);
	return plan_refuse(
		plan, ERROR_UNEXPECTED_MOUNT, PTR_KEY(PTR_ROOT, "target"),
		"a whole file system (%s) is mounted at '%s'; unmount it, or say \"replace\": true",
		m->fs_type, want->target);
}

/* Who watches a bind knows its mount, whatever that shows by now. */
static bool is_own(const struct want *want, const struct layer *layer)
{
	return want->own_mount != 0 && layer->mount.id == want->own_mount;
}

/* Judge what the top layer is: ours, the source as it was once, or something else. */
static int rule_identity(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	const struct layer *top = &have->layers[0];
	const char *shown = top->mount.root ? top->mount.root : want->source;
	bool is_bind = shown && strcmp(shown, "/") != 0;

	if (top->kind == LAYER_SAME)
		return 0;
	if (top->kind == LAYER_STALE || top->kind == LAYER_COVERED)
		return drift_add(&plan->drift,
				 top->kind == LAYER_STALE ? DRIFT_STALE_SOURCE
							  : DRIFT_SOURCE_COVERED,
				 want->source, shown, NULL);
	if (drift_add(&plan->drift, is_bind ? DRIFT_WRONG_SOURCE : DRIFT_UNEXPECTED_MOUNT,
		      want->source, is_bind ? shown : top->mount.fs_type, NULL) < 0)
		return -1;
	return want->replace || have->matches_fstab || is_own(want, top)
		       ? 0
		       : rule_foreign(want, &top->mount, is_bind, plan);
}

static int drift_in_options(const struct mount *m, const struct want *want,
			    struct drift_list *drift)
{
	char wanted[MOUNT_FLAGS_TEXT_SIZE];
	char found[MOUNT_FLAGS_TEXT_SIZE];

	mount_flags_text(flags_apply(m->attr, want->options), wanted);
	mount_flags_text(m->attr, found);
	return drift_add(drift, DRIFT_OPTIONS, wanted, found, NULL);
}

/* Judge the flags of the layer that stays on top. */
static int rule_flags(const struct want *want, const struct have *have, size_t layer,
		      struct plan *plan, struct repair *repair)
{
	const struct mount *m = &have->layers[layer].mount;

	repair->read_only = !mount_is_read_only(m);
	repair->options = !want->read_only_alone && !flags_are_met(m->attr, want->options);
	repair->propagation = !mount_is_private(m) && !want->read_only_alone;
	if (repair->read_only &&
	    drift_add(&plan->drift, DRIFT_WRITABLE, "ro", "rw", NULL) < 0)
		return -1;
	if (repair->options && drift_in_options(m, want, &plan->drift) < 0)
		return -1;
	if (repair->propagation && drift_add(&plan->drift, DRIFT_PROPAGATION, "private",
					     propagation_text(m->propagation), NULL) < 0)
		return -1;
	/*
	 * A change of flags stays in this mount namespace. One that was writable, or that
	 * was not made by robind (it would be private), below a shared mount, may have a
	 * writable copy in others, which only a new mount in its place reaches.
	 */
	if ((repair->read_only || repair->propagation) &&
	    have_is_parent_shared(have, layer))
		repair_replace(repair, REPLACE_FOR_COPIES);
	return 0;
}

/* Turn what has to be mended into steps: in place first, then a new mount where needed. */
static int plan_repair(const struct want *want, const struct have *have,
		       const struct repair *repair, size_t layer, struct plan *plan)
{
	const struct flag_change old = flags_from_attr(have->layers[layer].mount.attr);
	const struct flag_change none = {0};

	if (repair->read_only && step_list_add(&plan->steps, STEP_SET_READ_ONLY) < 0)
		return -1;
	plan->new_flags = want->options;
	if (layer_is_of_source(&have->layers[layer]))
		plan->new_flags =
			flags_merge(old, want->read_only_alone ? none : want->options);
	plan->clear_below = have->below.count > 0;
	plan->leaves_copies |= repair->replace != REPLACE_NOT && plan->clear_below &&
			       have_is_parent_shared(have, layer) &&
			       (repair->read_only || repair->propagation);
	if (repair->replace != REPLACE_NOT)
		return step_list_add(&plan->steps, STEP_REPLACE);
	if (repair->options && step_list_add(&plan->steps, STEP_SET_OPTIONS) < 0)
		return -1;
	return repair->propagation ? step_list_add(&plan->steps, STEP_SET_PRIVATE) : 0;
}

static int rule_peeled(const struct want *want, const struct have *have, size_t n,
		       struct plan *plan)
{
	char count[24];

	(void)snprintf(count, sizeof(count), "%zu", n + 1);
	if (n > 0 && layer_is_of_source(&have->layers[0]) &&
	    drift_add(&plan->drift, DRIFT_STACKED, "1", count, NULL) < 0)
		return -1;
	if (n > 0 && is_writable_same(have, 0) && !is_writable_same(have, n) &&
	    drift_add(&plan->drift, DRIFT_WRITABLE, "ro", "rw", NULL) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!have->layers[i].goes_along &&
		    step_list_add(&plan->steps, STEP_PEEL) < 0)
			return -1;
	}
	return n > 0 ? rule_clearing(want, have, plan) : 0;
}

/* What the mount needs that is on top once `n` layers are off. */
static int rule_top(const struct want *want, const struct have *have, size_t n,
		    struct plan *plan, struct repair *repair)
{
	if (have->layers[n].kind != LAYER_SAME)
		repair_replace(repair, REPLACE_MUST);
	else if (rule_flags(want, have, n, plan, repair) < 0)
		return -1;
	/* What lies below a layer that is to come off was not looked at as its own. */
	return n == 0 && have->layers[0].kind == LAYER_SAME
		       ? rule_submounts(want, have, plan, repair)
		       : rule_source_below(want, have, plan);
}

/* Is it not worth a new mount that copies elsewhere are mended, too? */
static bool gives_way(const struct want *want, const struct have *have,
		      const struct repair *repair)
{
	return have->reach.place || have->reach.lost ||
	       (!repair->read_only && loss_find(want, have));
}

/* The root of what will lie below layer `n`, or NULL; some go with what is taken off. */
static const char *covered_by(const struct have *have, size_t n, bool is_taken_off)
{
	size_t i = n + 1;

	while (is_taken_off && i < have->n_layers && have->layers[i].goes_along)
		i++;
	return i < have->n_layers ? have->layers[i].mount.root : NULL;
}

static int rule_mounted(const struct want *want, const struct have *have, struct plan *plan)
{
	size_t n = count_peelable(have);
	struct repair repair = {0};

	if (rule_identity(want, have, plan) < 0)
		return -1;
	if (plan->refusal)
		return 0;
	if (rule_peeled(want, have, n, plan) < 0)
		return -1;
	if (plan->refusal)
		return 0;
	if (rule_top(want, have, n, plan, &repair) < 0)
		return -1;
	if (repair.replace == REPLACE_FOR_COPIES && gives_way(want, have, &repair)) {
		repair.replace = REPLACE_NOT;
		plan->leaves_copies = repair.read_only;
	}
	if (plan_repair(want, have, &repair, n, plan) < 0)
		return -1;
	plan->covered = covered_by(have, n, n > 0 || repair.replace != REPLACE_NOT);
	return repair.replace != REPLACE_NOT ? rule_clearing(want, have, plan) : 0;
}

/* Nothing can be cloned from it, whatever lies there. */
static int rule_cloned(const struct want *want, const struct have *have, struct plan *plan)
{
	if (!have->is_source_unbindable || !step_list_has_new_mount(&plan->steps))
		return 0;
	return plan_refuse(plan, ERROR_SYSTEM, PTR_KEY(PTR_ROOT, "source"),
			   "'%s' lies on a mount that is unbindable, so it cannot be seen "
			   "elsewhere; make that mount private (mount --make-private)",
			   want->source);
}

static int rule_at_target(const struct want *want, const struct want *outer,
			  const struct have *have, struct plan *plan)
{
	return have->n_layers == 0 ? rule_first(want, outer, have, plan)
				   : rule_mounted(want, have, plan);
}

int rule_there(const struct want *want, const struct want *outer, const struct have *have,
	       bool in_check_mode, struct plan *plan)
{
	if (rule_unmounted(want, have, plan) < 0)
		return -1;
	if (plan->refusal)
		return 0;
	if (rule_source(want, have, in_check_mode, plan) < 0 ||
	    rule_type(want, have, plan) < 0)
		return -1;
	if (rule_at_target(want, outer, have, plan) < 0)
		return -1;
	return rule_cloned(want, have, plan);
}
