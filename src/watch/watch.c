/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watch.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "run/watched_file.h"
#include "watch/due.h"
#include "watch/held.h"
#include "watch/requests.h"
#include "watch/stopping.h"
#include "watch/wake.h"

/* A pass that all have to wait for costs at most a twentieth of the time. */
#define SHARE          20.0
#define PAUSE_SHORTEST 0.010
#define ARM_SECONDS    1.0
#define ARM_PATIENCE   0.1

const char *const watch_event_names[WATCH_EVENT_COUNT_] = {
	[WATCH_READY] = "ready",     [WATCH_MENDED] = "mended",
	[WATCH_FAILED] = "failed",   [WATCH_DRIFTED] = "drifted",
	[WATCH_IN_SYNC] = "in_sync", [WATCH_FIGHTING] = "fighting",
	[WATCH_HELD] = "held",       [WATCH_LOADED] = "loaded",
	[WATCH_INVALID] = "invalid", [WATCH_UNABLE] = "unable",
	[WATCH_STOPPED] = "stopped",
};

/* ---- passes ---- */

static void run_due(struct watch *w, struct watch_file *f, bool looks, double now)
{
	scoped_mem size_t *which = malloc((f->n_binds + 1) * sizeof(*which));
	size_t n = which ? due_collect(f, looks, now, which) : 0;

	if (n > 0)
		pass_run(&w->pass, f, which, n, looks ? PASS_LOOK : PASS_MEND, now);
}

/* Those of which is known by now that they do answer. */
static void run_late(struct watch *w, struct watch_file *f, double now)
{
	scoped_mem size_t *which = malloc((f->n_binds + 1) * sizeof(*which));
	size_t n = which ? due_collect_apart(f, ANSWERS_LATE, now, which) : 0;

	if (n > 0)
		pass_run(&w->pass, f, which, n, PASS_LATE, now);
}

/* ---- the loop ---- */

static double next_time(const struct watch *w)
{
	double next = w->full < w->settled ? w->full : w->settled;

	next = w->find < next ? w->find : next;
	next = held_next(w) < next ? held_next(w) : next;
	for (size_t i = 0; i < w->n_files; i++) {
		const struct watch_file *f = &w->files[i];

		next = f->reload < next ? f->reload : next;
		next = f->fstab_due < next ? f->fstab_due : next;
		for (size_t k = 0; k < f->n_binds; k++) {
			const struct watched *b = &f->binds[k];

			if (b->due < next && !apart_is_waiting(w, b))
				next = b->due;
		}
	}
	if (w->has_mount_event || w->has_lost)
		next = 0;
	return next > w->not_before ? next : w->not_before;
}

static void arm_again(struct watch *w, double now)
{
	int r = 0;

	if (w->has_lost) {
		r = wake_arm(w);
		w->has_lost = r < 0;
		for (size_t i = 0; i < w->n_files; i++)
			due_all(&w->files[i], now);
		return;
	}
	path_set_deadline(clock_now() + ARM_SECONDS, false);
	path_set_patience(ARM_PATIENCE);
	for (size_t i = 0; i < w->n_files; i++) {
		for (size_t k = 0; k < w->files[i].n_binds; k++) {
			struct watched *b = &w->files[i].binds[k];

			/* Before it is looked at: what comes in between wakes again. */
			if ((b->is_to_arm || b->due <= now) && b->answers != ANSWERS_NOT &&
			    wake_arm_bind(w, i, k) == 0)
				b->is_to_arm = false;
		}
	}
	path_watches_forget_last(&w->paths);
	sys_done();
}

static void tell_unable(struct watch *w)
{
	if (w->paths.failure == 0)
		return;
	w->paths.failure = 0;
	pass_tell(
		&w->pass, WATCH_UNABLE, NULL,
		"no more directories can be watched: raise fs.inotify.max_user_watches; until "
		"then what becomes of their names is seen once a minute");
}

static void call_settled(struct watch *w)
{
	w->settled = w->pass.hooks->settled(w->pass.hooks->to, clock_boot());
}

static void settle(struct watch *w, double now)
{
	double cost = clock_used();

	if (w->has_mount_event)
		wake_glance(w);
	w->has_lost |= w->find <= now; /* one of them may be new itself */
	arm_again(w, now);
	if (w->find <= now)
		requests_find(w);
	for (size_t i = 0; i < w->n_files; i++) {
		struct watch_file *f = &w->files[i];

		if (f->reload <= now)
			requests_reload(w, f);
		if (f->fstab_due <= now) {
			f->fstab_due = WATCH_NEVER;
			due_all(f, now);
		}
		if (w->full <= now)
			due_all(f, now);
		stopping_put_off(f, now);
		run_due(w, f, true, now);
		run_due(w, f, false, now);
		run_late(w, f, now);
	}
	if (w->full <= now)
		w->full = now + w->interval;
	if (w->is_asked_anew)
		requests_leave(w);
	apart_start(w, now);
	held_start(w, now);
	tell_unable(w);
	call_settled(w);
	cost = (clock_used() - cost) * SHARE;
	w->not_before = clock_boot() + (cost > PAUSE_SHORTEST ? cost : PAUSE_SHORTEST);
}

int watch_run(struct watch *w, struct error *err)
{
	double now = 0;

	if (wake_open(w, err) < 0 || wake_arm(w) < 0) {
		wake_done(w);
		return err->kind == ERROR_NONE ? error_no_memory(err) : -1;
	}
	w->find = WATCH_NEVER;
	w->pass.is_over = wake_is_over;
	w->pass.to = w;
	for (size_t i = 0; i < w->n_files; i++)
		pass_first(&w->pass, &w->files[i]);
	w->full = clock_boot() + w->interval;
	requests_leave(w);
	if (!wake_is_over(w))
		pass_tell(&w->pass, WATCH_READY, NULL, NULL);
	call_settled(w);
	while (!w->is_over) {
		wake_wait(w, next_time(w));
		now = clock_boot();
		if (!w->is_over && next_time(w) <= now)
			settle(w, now);
	}
	watched_take_back(&w->left);
	pass_tell(&w->pass, WATCH_STOPPED, NULL, NULL);
	call_settled(w);
	wake_done(w);
	return 0;
}
