/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "kernel/mount_api.h"
#include "kernel/path_glance.h"
#include "kernel/path_limit.h"
#include "watch/actor.h"
#include "watch/due.h"
#include "watch/touched.h"
#include "watch/wake.h"

#define GLANCE_SECONDS  1.0
#define GLANCE_PATIENCE 0.1 /* for one that does not answer */
#define GONE_SECONDS    0.2 /* systemd unmounts a bind before its volume */

/* Where something may be mounted that was not, and where anything is. */
struct changed {
	struct touched touched;
	struct carriers carriers;
};

/* Whether its source is where it was, as far as that can be asked; else where it is now. */
static bool is_source_same(const struct watched *b, struct source_glance *now)
{
	if (source_glance_is_still(b->source, &b->source_seen))
		return true;
	*now = glance_source(b->source, b->source_seen.is_local, b->seen_on);
	return source_glance_is_equal(now, &b->source_seen);
}

/* What is mounted below it is asked for where that can have changed: it costs most. */
static int look_at_target(const struct watched *b, const struct changed *changed,
			  struct glance *ret)
{
	bool is_same_below = b->is_as_asked && b->seen.below == 0 && b->seen.mount != 0 &&
			     !touched_has(&changed->touched, b->seen.mount);

	return is_same_below ? glance_take_top(b->target, b->source_seen.is_local, ret)
			     : glance_take(b->target, &changed->carriers, ret);
}

static void glance_at(struct watch *w, struct watched *b, const struct changed *changed)
{
	struct glance now;
	struct source_glance source = b->source_seen;
	const struct actor_traces traces = {&b->seen, &now, &b->source_seen, &source};
	bool is_known = look_at_target(b, changed, &now) == 0;

	if (b->is_unwatched) {
		/* Its source's mounts are a part of it. */
		due_wake(b, w->mount_woken, 0, b->retry == 0);
		return;
	}
	if (is_known && b->is_as_asked && glance_is_equal(&now, &b->seen) &&
	    (!b->is_there || !b->source || is_source_same(b, &source)))
		return;
	if (b->due < WATCH_NEVER && b->is_gone)
		return;
	b->is_gone = is_known && now.mount == 0 && b->seen.mount != 0 && b->is_as_asked;
	actor_find(&b->actor, &traces, &w->changes, &changed->touched);
	due_wake(b, w->mount_woken, b->is_gone ? GONE_SECONDS : 0, false);
}

static void glance_at_all(struct watch *w, const struct changed *changed)
{
	for (size_t i = 0; i < w->n_files; i++) {
		for (size_t k = 0; k < w->files[i].n_binds; k++) {
			if (w->files[i].binds[k].answers == ANSWERS)
				glance_at(w, &w->files[i].binds[k], changed);
		}
	}
}

static size_t count_binds(const struct watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_files; i++)
		n += w->files[i].n_binds;
	return n;
}

void wake_glance(struct watch *w)
{
	struct changed changed = {0};

	touched_find(&w->changes, &changed.touched);
	if (changed.touched.is_all && count_binds(w) >= CARRIERS_MANY)
		carriers_find(&changed.carriers);
	path_set_deadline(clock_now() + GLANCE_SECONDS, false);
	path_set_patience(GLANCE_PATIENCE);
	sys_glance_begin();
	glance_at_all(w, &changed);
	if (!sys_glance_is_true()) {
		sys_glance_done();
		glance_at_all(w, &changed);
	}
	sys_glance_done();
	sys_done();
	touched_done(&changed.touched);
	carriers_done(&changed.carriers);
	mount_changes_done(&w->changes);
	w->has_mount_event = false;
}
