/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   attach    clone | read-only, flags, private | attach                   | look | private
 *   replace   clone | read-only, flags, private | beneath the old | detach | look | private
 *   (gap)     clone | read-only, flags, private | old read-only | detach | attach | look |
 * private
 *
 * Private comes twice: detached, so that nothing mounted below the source follows into the
 * new tree; and last, because a mount attached below a shared one becomes shared anew. It
 * must not come before the detach, which would then not reach other mount namespaces.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "apply/carry_submounts.h"
#include "apply/settle.h"
#include "apply/step.h"
#include "apply/unproved.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"
#include "plan/loss.h"
#include "plan/reach.h"

/* Without the mounts below it, a copy would show what those hide. */
static bool is_hiding(const struct step_context *w)
{
	scoped_fd int whole = w->want->recursive ? -1 : clone_live(w->want, w->have, true);

	return whole >= 0;
}

/* The mount that the source was seen on was taken off meanwhile. */
static bool has_lost_source(const struct step_context *w)
{
	scoped_fd int fd =
		step_open_showing(w->want->source, w->have->source.file_id.mount);

	return fd < 0;
}

static int clone_failed(struct step_context *w, int r)
{
	if (r == -EINVAL && has_lost_source(w))
		return step_failed(w, CALL_CLONE, -ESTALE);
	return r == -EINVAL && is_hiding(w) ? step_inherited(w, CALL_CLONE, r)
					    : step_failed(w, CALL_CLONE, r);
}

/* The new mount, read-only and private, that nobody sees yet. 0 with its descriptor, or -1. */
static int make_tree(struct step_context *w, struct clone *ret)
{
	const struct flag_change asked = w->plan->new_flags;
	struct flag_change flags =
		flags_merge((struct flag_change){.set = MOUNT_FLAG_RDONLY}, asked);
	struct clone clone = {.fd = -1};
	int r = clones_make(w->context->clones, w->context->mounts, w->want, w->have,
			    &clone);

	if (r < 0)
		return clone_failed(w, r);
	if (!clone.is_set_up || asked.set || asked.clear)
		r = sys_set_up(clone.fd, flags, w->want->recursive);
	if (r < 0) {
		(void)close(clone.fd);
		return step_flags_failed(w, CALL_SET_COPY, r);
	}
	*ret = clone;
	return 0;
}

/* The place for a first mount: nothing may have been mounted there since it was judged. */
static int open_free_place(const struct step_context *w)
{
	const struct pinned_path *judged = &w->have->target;
	scoped_fd int fd = sys_open(w->want->target);
	struct file_id file_id = {0};
	int r = fd < 0 ? fd : sys_stat(fd, &file_id);

	if (r < 0)
		return r;
	if (pinned_path_is_there(judged) && w->have->n_layers == 0 &&
	    file_id.mount != judged->file_id.mount)
		return -ESTALE;
	return steal_fd(&fd);
}

static int attach_to_judged(struct step_context *w, int tree)
{
	const struct pinned_path *judged = &w->have->target;
	const char *name = NULL;
	int dir = -1;

	if (!step_has_free_place(w))
		return -ENOENT;
	if (judged->fd != PINNED_BY_NAME)
		return sys_attach(tree, judged->fd);
	dir = sys_glance_directory(w->want->target, &name);
	return dir < 0 ? -ENOENT : sys_attach_name(tree, dir, name);
}

/*
 * Onto the very place that was judged, or what has its name by now; what came to be mounted there
 * meanwhile would be below, which a look at what carries the new mount tells. Where it was made
 * anew, onto that.
 */
static int attach_to_place(struct step_context *w, int tree)
{
	scoped_fd int place = -1;
	int r = attach_to_judged(w, tree);

	if (r != -ENOENT)
		return r;
	place = open_free_place(w);
	return place < 0 ? place : sys_attach(tree, place);
}

static int attach_tree(struct step_context *w, struct clone *clone)
{
	struct unproved *unproved = w->context->unproved;
	int r = attach_to_place(w, clone->fd);

	if (r < 0)
		return step_failed(w, CALL_ATTACH, r);
	r = settle_new_mount(w, clone->fd, clone->id, STEP_ATTACH);
	if (r == 0 && w->have->target.fd == PINNED_BY_NAME)
		unproved_put(unproved, w->want, clone);
	return r;
}

/* The target was made for this mount alone, so it goes when that could not be attached. */
static void unmake_target(struct step_context *w)
{
	sys_unmake_place(w->want->target, pinned_path_is_directory(&w->have->source),
			 w->made);
	w->made = 0;
	w->done->steps.count--;
}

int step_attach(struct step_context *w)
{
	size_t before = w->done->steps.count;
	struct clone clone = {.fd = -1};
	int r = make_tree(w, &clone);

	if (r == 0)
		r = attach_tree(w, &clone);
	if (clone.fd >= 0)
		(void)close(clone.fd);
	if (r < 0 && w->made > 0 && w->done->steps.count == before)
		unmake_target(w);
	return r;
}

/*
 * Detach the old mount, whose root is `top`, or -1 for it to be opened; but only when there
 * will be a descriptor left to look at the new one with.
 */
static int detach_with_room(struct step_context *w, int top)
{
	scoped_fd int spare = dup(w->have->source.fd);

	if (spare < 0)
		return -errno;
	return top < 0 ? step_detach_top(w) : step_detach(w, top);
}

/* The way with a moment of nothing at the target, where the kernel knows no better one. */
static int replace_with_gap(struct step_context *w, int tree, uint64_t id)
{
	/* Best effort: where it is held open for writing, the detach follows. */
	bool is_protected = step_protect_top(w);
	scoped_fd int place = -1;
	int r = detach_with_room(w, -1);

	if (r < 0) {
		if (is_protected)
			(void)step_note(w, STEP_SET_READ_ONLY);
		return step_detach_failed(w, r);
	}
	w->done->gap = true;
	place = sys_open(w->want->target);
	r = place < 0 ? place : sys_attach(tree, place);
	if (r < 0) {
		(void)step_note(w, STEP_DETACH);
		return step_failed(w, CALL_ATTACH, r);
	}
	return settle_new_mount(w, tree, id, STEP_REPLACE);
}

/*
 * A path walk that raced with the attach is retried in ref-walk mode, which is slower. Wait
 * until it has passed the old mount; or it would find that detached, and no inner mount. Who
 * walks in that mode at all times, in FUSE or NFS, is not helped: no call detaches a mount and
 * leaves what is on it in place for those within.
 */
static void wait_for_walkers(void)
{
	const struct timespec pause = {.tv_nsec = 50000000}; /* also on a busy host */

	(void)nanosleep(&pause, NULL);
}

static int replace_beneath(struct step_context *w, int tree, uint64_t id, int top)
{
	int r = 0;

	if (w->carried > 0)
		wait_for_walkers();
	/* Not by its path, or a swapped one would leave the new mount below the old. */
	r = detach_with_room(w, top);
	if (r == 0)
		return settle_new_mount(w, tree, id, STEP_REPLACE);
	/* The new mount stays below the old one, which carries on: so the next run finds
	 * it. */
	(void)step_note(w, STEP_ATTACH);
	return step_detach_failed(w, r);
}

/* Where the kernel can, no moment passes without a mount at the target. */
static int attach_replacement(struct step_context *w, const struct clone *clone, int top)
{
	/*
	 * Below its own source, what is attached at the target would be handed on to the
	 * source and come back on top of it.
	 */
	int r = path_rest(w->want->target, w->want->source)
			? -EINVAL
			: sys_attach_beneath(clone->fd, top);

	if (r == -EINVAL)
		return replace_with_gap(w, clone->fd, clone->id);
	if (r < 0)
		return step_failed(w, CALL_ATTACH, r);
	return replace_beneath(w, clone->fd, clone->id, top);
}

static int replace_by(struct step_context *w, const struct clone *clone)
{
	const struct mount *lost = NULL;
	scoped_fd int top = step_open_top(w);
	bool is_whole = true;
	int r = 0;

	if (top < 0)
		return step_failed(w, CALL_OPEN_AGAIN, top);
	if (w->layer == 0)
		r = carry_submounts_over(w, clone->fd, &is_whole, &lost);
	if (r < 0)
		return step_failed(w, CALL_CARRY, r);
	if (lost)
		return loss_error(w->err, w->want, lost);
	w->done->gap |= !is_whole;
	return attach_replacement(w, clone, top);
}

int step_replace(struct step_context *w)
{
	const struct mount *lost = loss_find(w->want, w->have);
	struct clone clone = {.fd = -1};
	int r = 0;

	if (w->have->reach.place || w->have->reach.lost)
		return reach_error(w->err, w->want, &w->have->reach);
	if (lost)
		return loss_error(w->err, w->want, lost);
	r = make_tree(w, &clone);
	if (r == 0)
		r = replace_by(w, &clone);
	if (clone.fd >= 0)
		(void)close(clone.fd);
	return r;
}
