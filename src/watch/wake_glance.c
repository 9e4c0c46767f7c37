/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "watch/due.h"
#include "watch/wake.h"

#define GLANCE_SECONDS  1.0
#define GLANCE_PATIENCE 0.1 /* for one that does not answer */
#define GONE_SECONDS    0.2 /* systemd unmounts a bind before its volume */

/* Whether its source is where it was, as far as that can be asked. */
static bool is_source_same(const struct watched *b)
{
	const struct source_glance now =
		glance_source(b->source, b->source_seen.is_local, b->seen_on);

	return source_glance_is_equal(&now, &b->source_seen);
}

static void glance_at(struct watch *w, struct watched *b)
{
	struct glance now;
	bool is_known = glance_take(b->target, &now) == 0;

	if (b->is_unwatched) {
		/* Its source's mounts are a part of it. */
		due_wake(b, w->mount_woken, 0, b->retry == 0);
		return;
	}
	if (is_known && b->is_as_asked && glance_is_equal(&now, &b->seen) &&
	    (!b->is_there || !b->source || is_source_same(b)))
		return;
	if (b->due < WATCH_NEVER && b->is_gone)
		return;
	b->is_gone = is_known && now.mount == 0 && b->seen.mount != 0 && b->is_as_asked;
	b->actor = w->actor;
	due_wake(b, w->mount_woken, b->is_gone ? GONE_SECONDS : 0, false);
}

void wake_glance(struct watch *w)
{
	path_set_deadline(clock_now() + GLANCE_SECONDS, false);
	path_set_patience(GLANCE_PATIENCE);
	for (size_t i = 0; i < w->n_files; i++) {
		for (size_t k = 0; k < w->files[i].n_binds; k++) {
			if (w->files[i].binds[k].answers == ANSWERS)
				glance_at(w, &w->files[i].binds[k]);
		}
	}
	sys_done();
	w->actor = 0;
	w->has_mount_event = false;
}
