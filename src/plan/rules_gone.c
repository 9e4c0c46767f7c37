/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "observe/volume.h"
#include "plan/rules.h"

/*
 * A mount that shows the same as the one beneath it may be a bind of a disk's mount point
 * onto itself: then that one is the disk's, and only with the source named is it known.
 */
static int rule_duplicates(const struct want *want, const struct have *have,
			   struct plan *plan)
{
	for (size_t i = 1; !want->source && i < have->n_layers; i++) {
		if (mount_is_same_tree(&have->layers[i - 1].mount, &have->layers[i].mount))
			return plan_refuse(
				plan, ERROR_WRONG_SOURCE, PTR_KEY(PTR_ROOT, "target"),
				"'%s' is mounted upon itself, and the lower mount may be a "
				"disk's own; name the \"source\"",
				want->target);
	}
	return 0;
}

/*
 * The line alone says that a bind of the place onto itself is meant, and not what carries
 * that. Once it is gone, that is anybody's to the next run, or given up by "replace".
 */
static int rule_only_named_by_line(const struct want *want, const struct have *have,
				   struct plan *plan)
{
	if (!want->is_source_found || !want_is_self(want) ||
	    want_of_fstab(want) != DECIDES_GONE || !have->is_base_here ||
	    have->on.mount != 0)
		return 0;
	return plan_refuse(
		plan, ERROR_WRONG_SOURCE, PTR_KEY(PTR_ROOT, "target"),
		"'%s' is bound onto itself by its line alone, and once that is gone nothing "
		"tells the bind from what is mounted below it; name it as \"source\" too, "
		"and that stays",
		want->target);
}

/* What fstab lists may be there more than once, as after `mount -a` of old. */
static bool is_in_fstab(const struct have *have, size_t i)
{
	return have->matches_fstab &&
	       (i == 0 ||
		mount_is_same_tree(&have->layers[0].mount, &have->layers[i].mount));
}

int rule_gone(const struct want *want, const struct have *have, struct plan *plan)
{
	if (rule_duplicates(want, have, plan) < 0 ||
	    rule_only_named_by_line(want, have, plan) < 0)
		return -1;
	for (size_t i = 0; i < have->n_layers; i++) {
		const struct layer *layer = &have->layers[i];
		const char *root = layer->mount.root;
		bool is_bind = root && strcmp(root, "/") != 0;
		bool is_named = layer->kind == LAYER_SAME || !root;

		if (i == 0 && drift_add(&plan->drift, DRIFT_UNEXPECTED_MOUNT, NULL,
					is_named ? want->source : root, NULL) < 0)
			return -1;
		if (!layer_is_of_source(layer) && !is_in_fstab(have, i) && !want->replace)
			return i == 0 && volume_has_left(want, have)
				       ? rule_unmounted(want, have, plan)
				       : rule_foreign(want, &layer->mount, is_bind, plan);
		if (!layer->goes_along && step_list_add(&plan->steps, STEP_DETACH) < 0)
			return -1;
	}
	if (have->on.may_stop && rule_automount(have, plan) < 0)
		return -1;
	if (have->n_layers == 0)
		return 0;
	plan->clear_below = have->below.count > 0;
	return rule_clearing(want, have, plan);
}
