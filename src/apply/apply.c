/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/step.h"
#include "base/cleanup.h"
#include "kernel/host.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"

/* So many records one step can leave: what it did first, and what it was for. */
#define RECORDS_MAX 2u

void done_steps_done(struct done_steps *done)
{
	step_list_done(&done->steps);
	*done = (struct done_steps){0};
}

static int do_detach(struct step_context *w)
{
	int r = step_detach_top(w);

	return r < 0 ? step_detach_failed(w, r) : step_note(w, STEP_DETACH);
}

static int do_peel(struct step_context *w)
{
	int r = step_detach_top(w);

	if (r == 0)
		return step_note(w, STEP_PEEL);
	/* What cannot be taken off shall at least not be writable. */
	if (step_protect_top(w))
		(void)step_note(w, STEP_SET_READ_ONLY);
	return step_detach_failed(w, r);
}

static bool is_foreign(enum below_kind kind)
{
	return kind == BELOW_FOREIGN || kind == BELOW_KEPT;
}

/* What the bind has of its source's mounts; not other binds, which have flags of their own. */
static bool is_other(enum below_kind kind)
{
	return kind != BELOW_COPY && kind != BELOW_LEFT;
}

static bool holds(const struct have *have, bool (*is_left)(enum below_kind kind))
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (is_left(have->below_kinds[i]))
			return true;
	}
	return false;
}

/* Change a mount below the target, if it is still the one that was seen. 0 or -errno. */
static int change_at(const struct mount *m, const struct flag_change *change)
{
	scoped_fd int fd = step_open_showing(m->point, m->id);
	int r = fd;

	if (r >= 0)
		r = change ? sys_set_flags(fd, *change, false) : sys_set_private(fd, false);
	return step_still_showing(m->point, m->id, r);
}

/* Each mount of the tree, one by one, but for those that are left as they are. NULL: private. */
static int change_below(const struct have *have, bool (*is_left)(enum below_kind kind),
			const struct flag_change *change)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < have->below.count; i++) {
		if (!is_left(have->below_kinds[i]))
			r = change_at(&have->below.items[i], change);
	}
	return r;
}

/* A mount held open for writing cannot be made read-only, but it can be replaced. */
static int do_set_read_only(struct step_context *w)
{
	const struct flag_change read_only = {.set = MOUNT_FLAG_RDONLY};
	bool is_mixed = w->want->recursive && holds(w->have, is_foreign);
	scoped_fd int top = step_open_top(w);
	int r = top < 0 ? top
			: sys_set_flags(top, read_only, w->want->recursive && !is_mixed);

	if (r == 0 && is_mixed)
		r = change_below(w->have, is_foreign, &read_only);
	w->done->was_busy |= r == -EBUSY;
	if (r == -EBUSY && !w->plan->refusal) {
		w->is_new = !step_list_has(&w->plan->steps, STEP_REPLACE);
		return w->is_new ? step_replace(w) : 0;
	}
	return r < 0 ? step_set_failed(w, CALL_SET_READ_ONLY, step_top(w), r)
		     : step_note(w, STEP_SET_READ_ONLY);
}

static int do_set_options(struct step_context *w)
{
	scoped_fd int top = step_open_top(w);
	bool is_mixed = w->want->recursive && holds(w->have, is_other);
	int r = top < 0 ? top
			: sys_set_flags(top, w->want->options,
					w->want->recursive && !is_mixed);

	if (r == 0 && is_mixed)
		r = change_below(w->have, is_other, &w->want->options);
	return r < 0 ? step_set_failed(w, CALL_SET_OPTIONS, step_top(w), r)
		     : step_note(w, STEP_SET_OPTIONS);
}

static int do_set_private(struct step_context *w)
{
	scoped_fd int top = step_open_top(w);
	bool is_mixed = w->want->recursive && holds(w->have, is_other);
	int r = top < 0 ? top : sys_set_private(top, w->want->recursive && !is_mixed);

	if (r == 0 && is_mixed)
		r = change_below(w->have, is_other, NULL);
	return r < 0 ? step_set_failed(w, CALL_SET_PRIVATE, step_top(w), r)
		     : step_note(w, STEP_SET_PRIVATE);
}

static struct new_place place_of(const struct want *want, bool is_directory)
{
	return (struct new_place){
		.is_directory = is_directory,
		.mode = want->mode.is_asked ? want->mode.bits
			: is_directory      ? 0755
					    : 0444,
		.owner = want->owner.id,
		.group = want->group.id,
	};
}

static bool is_place_asked(const struct want *want)
{
	return want->mode.is_asked || want->owner.id != 0 || want->group.id != 0;
}

static int do_create_target(struct step_context *w)
{
	const struct new_place place =
		place_of(w->want, pinned_path_is_directory(&w->have->source));
	int r = sys_make_place(w->want->target, &place, &w->made);

	if (r < 0)
		return step_create_failed(w, is_place_asked(w->want), r);
	return step_note(w, STEP_CREATE_TARGET);
}

static int stop_failed(struct step_context *w, int r)
{
	const char *why = r == -EIO ? "systemctl failed" : strerror(-r);

	return error_set(w->err, r == -ETIMEDOUT ? ERROR_TIMEOUT : ERROR_SYSTEM, -r,
			 PTR_KEY(PTR_ROOT, "target"),
			 "'%s': the automount that would mount there again could not be "
			 "stopped (%s); run systemctl stop '%s', then run robind again",
			 w->want->target, why, w->have->on.unit);
}

/* Where something was mounted on it meanwhile, or it is gone, another look will tell. */
static int do_stop_automount(struct step_context *w)
{
	scoped_fd int seen = step_open_showing(w->want->target, w->have->on.mount);
	int r = 0;

	if (seen == -ESTALE || seen == -ENOENT)
		return 0;
	if (seen < 0)
		return step_failed(w, CALL_OPEN_AGAIN, seen);
	r = sys_stop_unit(w->have->on.unit, w->context->deadline);
	return r < 0 ? stop_failed(w, r) : step_note(w, STEP_STOP_AUTOMOUNT);
}

/* What it holds by now, or is, another look will tell. */
static int do_remove_target(struct step_context *w)
{
	int r = sys_remove_place(w->want->target);

	if (r == -ENOTEMPTY || r == -EBUSY)
		return 0;
	return r < 0 ? step_failed(w, CALL_REMOVE, r) : step_note(w, STEP_REMOVE_TARGET);
}

/* clang-format off */
static int (*const actions[STEP_COUNT_])(struct step_context *w) = {
	[STEP_CREATE_TARGET] = do_create_target,
	[STEP_PEEL]          = do_peel,
	[STEP_SET_READ_ONLY] = do_set_read_only,
	[STEP_SET_OPTIONS]   = do_set_options,
	[STEP_SET_PRIVATE]   = do_set_private,
	[STEP_ATTACH]        = step_attach,
	[STEP_REPLACE]       = step_replace,
	[STEP_DETACH]        = do_detach,
	[STEP_STOP_AUTOMOUNT] = do_stop_automount,
	[STEP_REMOVE_TARGET] = do_remove_target,
};
/* clang-format on */

static bool is_source_there(const struct step_context *w)
{
	struct mount m = {0};

	return !pinned_path_is_there(&w->have->source) ||
	       sys_mount(w->have->source.file_id.mount, false, &m) != -ENOENT;
}

/*
 * Once an upper mount is off, the rest of the plan may not be for what has come to light,
 * which is always looked at where it is to stay:
 *
 *   it is gone      the umount of the upper one propagated to it (shared self-binds)
 *   it has mounts   below it that were not seen before
 *   no source       that lay on a mount that the upper one had brought there
 *
 * Then it is time to look again.
 */
static bool is_as_judged(const struct step_context *w, enum step_kind next)
{
	scoped_mem uint64_t *ids = NULL;
	struct mount m = {0};
	size_t n = 0;
	int r = 0;

	if (w->layer == 0 || w->layer >= w->have->n_layers)
		return true;
	r = sys_mount(step_top(w), false, &m);
	if (r == 0)
		r = sys_mounts_below(m.id, &ids, &n);
	mount_done(&m);
	w->done->gap |= r == -ENOENT && want_is_there(w->want);
	return r == 0 && n == 0 && is_source_there(w) &&
	       (next == STEP_PEEL || !want_is_there(w->want));
}

/* What the mount hid is seen then; or what its copies hid, which go along. */
static bool uncovers(const struct have *have, const struct step_list *steps)
{
	return have->reach.n_copies > 0 || step_list_has(steps, STEP_DETACH) ||
	       step_list_has(steps, STEP_PEEL);
}

/* What is known of mounts, and where it was looked, may be another afterwards. */
static void note_change(const struct apply_context *context, const struct want *want,
			const struct have *have, const struct plan *plan)
{
	context->mounts->is_changed = true;
	context->mounts->reach.is_old |= uncovers(have, &plan->steps);
	if (have->target.fd != PINNED_BY_NAME)
		context->mounts->lone = 0;
	sys_glance_leave(want->target);
}

int apply_plan(const struct apply_context *context, const struct want *want,
	       const struct have *have, const struct plan *plan, struct done_steps *done,
	       struct error *err)
{
	struct step_context w = {.context = context,
				 .want = want,
				 .have = have,
				 .plan = plan,
				 .done = done,
				 .err = err};

	/* What is done can be recorded, whatever happens to be short then. */
	if (plan->steps.count > 0 &&
	    step_list_reserve(&done->steps, RECORDS_MAX * plan->steps.count) < 0)
		return error_no_memory(err);
	if (plan->steps.count > 0)
		note_change(context, want, have, plan);
	for (size_t i = 0; i < plan->steps.count; i++) {
		if (plan->refusal && plan->steps.items[i] != STEP_SET_READ_ONLY)
			continue;
		/* A new mount has all that was asked for, and the rest was for the old one. */
		if (w.is_new || !is_as_judged(&w, plan->steps.items[i]))
			return 0;
		if (actions[plan->steps.items[i]](&w) < 0)
			return -1;
	}
	return 0;
}
