#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/syscalls.h"
#include "mount/flag_words.h"
#include "observe/volume.h"
#include "plan/rules.h"

/* ---- a mount that is there ---- */

static bool is_ours(const struct layer *layer)
{
	return layer->kind != LAYER_OTHER;
}

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

static int refuse_foreign(const struct want *want, const struct mount *m, bool is_bind,
			  struct plan *plan)
{
	if (!want->source)
		return judge_refuse(
			plan, is_bind ? FAIL_WRONG_SOURCE : FAIL_UNEXPECTED_MOUNT,
			AT_KEY(AT_ROOT, "target"),
			"'%s' shows '%s' (%s), which may be anybody's; name it as "
			"\"source\", or say \"replace\": true",
			want->target, m->root, m->fs_type);
	if (is_bind)
		return judge_refuse(
			plan, FAIL_WRONG_SOURCE, AT_KEY(AT_ROOT, "target"),
			"'%s' shows another source ('%s' in its %s); unmount it, "
			"or say \"replace\": true",
			want->target, m->root, m->fs_type);
	return judge_refuse(
		plan, FAIL_UNEXPECTED_MOUNT, AT_KEY(AT_ROOT, "target"),
		"a whole file system (%s) is mounted at '%s'; unmount it, or say "
		"\"replace\": true",
		m->fs_type, want->target);
}

/* Judge what the top layer is: ours, the source as it was once, or something else. */
static int judge_identity(const struct want *want, const struct have *have,
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
	return want->replace || have->is_listed
		       ? 0
		       : refuse_foreign(want, &top->mount, is_bind, plan);
}

struct mend {
	bool read_only;
	bool options;
	bool propagation;
	bool replace;
};

/* Judge the flags of the layer that stays on top. */
static int judge_flags(const struct want *want, const struct have *have, size_t layer,
		       struct plan *plan, struct mend *mend)
{
	const struct mount *m = &have->layers[layer].mount;
	char wanted[WORDS_SIZE];
	char found[WORDS_SIZE];

	mend->read_only = !mount_is_read_only(m);
	mend->options = !flags_are_met(m->attr, want->options);
	mend->propagation = !mount_is_private(m) && !want->keeps_propagation;
	if (mend->read_only &&
	    drift_add(&plan->drift, DRIFT_WRITABLE, "ro", "rw", NULL) < 0)
		return -1;
	words_of_flags(flags_apply(m->attr, want->options), wanted);
	words_of_flags(m->attr, found);
	if (mend->options &&
	    drift_add(&plan->drift, DRIFT_OPTIONS, wanted, found, NULL) < 0)
		return -1;
	if (mend->propagation && drift_add(&plan->drift, DRIFT_PROPAGATION, "private",
					   words_of_propagation(m->propagation), NULL) < 0)
		return -1;
	/*
	 * A change of flags stays in this mount namespace. One that was writable, or that
	 * was not made by robind (it would be private), below a shared mount, may have a
	 * writable copy in others, which only a new mount in its place reaches.
	 */
	mend->replace = (mend->read_only || mend->propagation) &&
			have_is_parent_shared(have, layer);
	return 0;
}

static bool is_clear(const struct want *want, const struct have *have)
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (have->below_kinds[i] == BELOW_FOREIGN && !want->replace)
			return false;
	}
	return true;
}

/* Turn what has to be mended into steps: in place first, then a new mount where needed. */
static int plan_mend(const struct want *want, const struct have *have,
		     const struct mend *mend, size_t layer, struct plan *plan)
{
	if (mend->read_only && judge_step(plan, STEP_SET_READ_ONLY) < 0)
		return -1;
	plan->carry = want->options;
	if (is_ours(&have->layers[layer]))
		plan->carry = flags_merge(flags_from_attr(have->layers[layer].mount.attr),
					  want->options);
	plan->clear_below = have->below.count > 0;
	plan->leaves_copies = mend->replace && plan->clear_below &&
			      have_is_parent_shared(have, layer) &&
			      (mend->read_only || mend->propagation);
	if (mend->replace)
		return judge_step(plan, STEP_REPLACE);
	if (mend->options && judge_step(plan, STEP_SET_OPTIONS) < 0)
		return -1;
	return mend->propagation ? judge_step(plan, STEP_SET_PRIVATE) : 0;
}

static int judge_peeled(const struct want *want, const struct have *have, size_t n,
			struct plan *plan)
{
	char count[24];

	(void)snprintf(count, sizeof(count), "%zu", n + 1);
	if (n > 0 && is_ours(&have->layers[0]) &&
	    drift_add(&plan->drift, DRIFT_STACKED, "1", count, NULL) < 0)
		return -1;
	if (n > 0 && is_writable_same(have, 0) && !is_writable_same(have, n) &&
	    drift_add(&plan->drift, DRIFT_WRITABLE, "ro", "rw", NULL) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (judge_step(plan, STEP_PEEL) < 0)
			return -1;
	}
	return n > 0 ? judge_clearing(want, have, plan) : 0;
}

static int judge_mounted(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	size_t n = count_peelable(have);
	struct mend mend = {0};
	bool protect = false;
	bool replace = false;

	if (judge_identity(want, have, plan) < 0 || plan->refusal)
		return plan->refusal ? 0 : -1;
	if (judge_peeled(want, have, n, plan) < 0 || plan->refusal)
		return plan->refusal ? 0 : -1;
	if (n + 1 < have->n_layers)
		plan->covered = have->layers[n + 1].mount.root;
	if (have->layers[n].kind != LAYER_SAME)
		mend.replace = true;
	else if (judge_flags(want, have, n, plan, &mend) < 0)
		return -1;
	if (n == 0 && have->layers[0].kind == LAYER_SAME &&
	    judge_below(want, have, plan, &replace, &protect) < 0)
		return -1;
	mend.read_only |= protect;
	/* What only improves copies elsewhere gives way to what is mounted below. */
	if (mend.replace && !mend.read_only && !replace &&
	    have->layers[n].kind == LAYER_SAME && !is_clear(want, have))
		mend.replace = false;
	mend.replace |= replace;
	if (plan_mend(want, have, &mend, n, plan) < 0)
		return -1;
	return mend.replace ? judge_clearing(want, have, plan) : 0;
}

int judge_there(const struct want *want, const struct want *outer, const struct have *have,
		bool in_check_mode, struct plan *plan)
{
	if (judge_unmounted(want, have, plan) < 0 || plan->refusal)
		return plan->refusal ? 0 : -1;
	if (judge_source(want, have, in_check_mode, plan) < 0 ||
	    judge_type(want, have, plan) < 0)
		return -1;
	if (have->n_layers == 0)
		return judge_first(want, outer, have, plan);
	return judge_mounted(want, have, plan);
}

/* ---- a bind that shall be gone ---- */

/*
 * A mount that shows the same as the one beneath it may be a bind of a disk's mount point
 * onto itself: then that one is the disk's, and only with the source named is it known.
 */
static int judge_doubles(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	for (size_t i = 1; !want->source && i < have->n_layers; i++) {
		if (mount_is_same_tree(&have->layers[i - 1].mount, &have->layers[i].mount))
			return judge_refuse(
				plan, FAIL_WRONG_SOURCE, AT_KEY(AT_ROOT, "target"),
				"'%s' is mounted upon itself, and the lower mount may be a "
				"disk's own; name the \"source\"",
				want->target);
	}
	return 0;
}

/* What fstab lists may be there more than once, as after `mount -a` of old. */
static bool is_listed(const struct have *have, size_t i)
{
	return have->is_listed && (i == 0 || mount_is_same_tree(&have->layers[0].mount,
								&have->layers[i].mount));
}

int judge_gone(const struct want *want, const struct have *have, struct plan *plan)
{
	if (judge_doubles(want, have, plan) < 0)
		return -1;
	for (size_t i = 0; i < have->n_layers; i++) {
		const struct layer *layer = &have->layers[i];
		const char *root = layer->mount.root;
		bool is_bind = root && strcmp(root, "/") != 0;

		if (i == 0 && drift_add(&plan->drift, DRIFT_UNEXPECTED_MOUNT, NULL,
					root ? root : want->source, NULL) < 0)
			return -1;
		if (!is_ours(layer) && !is_listed(have, i) && !want->replace)
			return i == 0 && volume_has_left(want, have)
				       ? judge_unmounted(want, have, plan)
				       : refuse_foreign(want, &layer->mount, is_bind, plan);
		if (judge_step(plan, STEP_DETACH) < 0)
			return -1;
	}
	if (have->n_layers == 0)
		return 0;
	plan->clear_below = have->below.count > 0;
	return judge_clearing(want, have, plan);
}
