/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/host.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "observe/unit_file.h"
#include "watch/wake.h"

/* A pass that all have to wait for costs at most a twentieth of the time. */
#define SHARE          20.0
#define PAUSE_SHORTEST 0.010
#define ARM_SECONDS    1.0

/* How long a unit that systemd is stopping is given, and how long systemd may take to tell. */
#define STOPPING_SECONDS 1.0
#define SYSTEMD_SECONDS  1.0

const char *const watch_event_names[WATCH_EVENT_COUNT_] = {
	[WATCH_READY] = "ready",     [WATCH_MENDED] = "mended",
	[WATCH_FAILED] = "failed",   [WATCH_DRIFTED] = "drifted",
	[WATCH_IN_SYNC] = "in_sync", [WATCH_FIGHTING] = "fighting",
	[WATCH_LOADED] = "loaded",   [WATCH_INVALID] = "invalid",
	[WATCH_UNABLE] = "unable",   [WATCH_STOPPED] = "stopped",
};

static void tell(const struct watch *w, enum watch_event_kind kind,
		 const struct watch_file *f, const char *text)
{
	const struct watch_event event = {
		.kind = kind,
		.file = f ? f->name : NULL,
		.text = text,
		.latency = -1,
	};

	w->pass.hooks->tell(w->pass.hooks->to, &event);
}

/* ---- passes ---- */

/* Whether one of the jobs stops the unit for mounts at this path; columns may be padded. */
static bool has_stop_job(const char *jobs, const char *path)
{
	scoped_mem char *unit = unit_name("", path, ".mount");
	size_t n = unit ? strlen(unit) : 0;
	const char *at = jobs;

	while (unit && (at = strstr(at, unit))) {
		bool is_whole = at > jobs && at[-1] == ' ' && at[n] == ' ';
		const char *type = at + n + strspn(at + n, " ");

		if (is_whole &&
		    (strncmp(type, "stop ", 5) == 0 || strncmp(type, "restart ", 8) == 0))
			return true;
		at += n;
	}
	return false;
}

static bool is_due_and_gone(const struct watched *b, double now)
{
	return b->due <= now && b->is_gone;
}

/* systemd takes a bind off before its volume: one put back at once would hold that. */
static void put_off_stopped(struct watch_file *f, double now)
{
	scoped_mem char *jobs = NULL;
	size_t i = 0;

	while (i < f->n_binds && !is_due_and_gone(&f->binds[i], now))
		i++;
	if (i < f->n_binds && sys_has_systemd())
		jobs = sys_unit_jobs(clock_now() + SYSTEMD_SECONDS);
	for (; jobs && i < f->n_binds; i++) {
		struct watched *b = &f->binds[i];

		if (is_due_and_gone(b, now) &&
		    (has_stop_job(jobs, b->target) ||
		     (b->seen_on && has_stop_job(jobs, b->seen_on))))
			b->due = now + STOPPING_SECONDS;
	}
}

/* Those of one kind that are due, with all that they cannot be judged without. */
static size_t collect(const struct watch_file *f, bool looks, double now, size_t *which)
{
	bool has_related = false;
	size_t n = 0;

	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		has_related |= b->due <= now && b->looks_first == looks && !b->is_alone;
	}
	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		if ((b->due <= now && b->looks_first == looks) ||
		    (has_related && !b->is_alone))
			which[n++] = i;
	}
	return n;
}

static void run_due(struct watch *w, struct watch_file *f, bool looks, double now)
{
	scoped_mem size_t *which = malloc((f->n_binds + 1) * sizeof(*which));
	size_t n = which ? collect(f, looks, now, which) : 0;

	if (n > 0)
		pass_run(&w->pass, f, which, n, looks ? PASS_LOOK : PASS_MEND, now);
}

static void make_all_due(struct watch_file *f, double now)
{
	for (size_t i = 0; i < f->n_binds; i++) {
		if (f->binds[i].due < WATCH_NEVER)
			continue;
		f->binds[i].due = now;
		f->binds[i].looks_first = true;
	}
}

/* All of it, with what is to be purged. */
static void run_first(struct watch *w, struct watch_file *f)
{
	scoped_mem size_t *which = malloc((f->n_binds + 1) * sizeof(*which));

	for (size_t i = 0; which && i < f->n_binds; i++)
		which[i] = i;
	if (which)
		pass_run(&w->pass, f, which, f->n_binds, PASS_FIRST, clock_boot());
}

/* ---- requests that are read again ---- */

static int read_again(struct watch *w, struct watch_file *f, struct error *err)
{
	json_t *doc = NULL;
	struct watch_file read = {0};

	if (w->pass.hooks->read(w->pass.hooks->to, f->name, &doc, err) < 0)
		return -1;
	if (watch_file_take(doc, false, f, &read, err) < 0) {
		json_decref(doc);
		return -1;
	}
	read.name = f->name;
	watch_file_done(f);
	*f = read;
	return 0;
}

static void reload(struct watch *w, struct watch_file *f)
{
	struct error err = {0};

	f->reload = WATCH_NEVER;
	if (!f->name)
		return;
	if (read_again(w, f, &err) < 0) {
		char told[ERROR_TOLD_SIZE];

		f->is_valid = false;
		tell(w, WATCH_INVALID, f, error_tell(&err, f->name, told));
		return;
	}
	tell(w, WATCH_LOADED, f, NULL);
	w->has_lost = true; /* its paths are others */
	run_first(w, f);
}

/* ---- the loop ---- */

static double next_time(const struct watch *w)
{
	double next = w->full < w->settled ? w->full : w->settled;

	for (size_t i = 0; i < w->n_files; i++) {
		const struct watch_file *f = &w->files[i];

		next = f->reload < next ? f->reload : next;
		next = f->fstab_due < next ? f->fstab_due : next;
		for (size_t k = 0; k < f->n_binds; k++)
			next = f->binds[k].due < next ? f->binds[k].due : next;
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
			make_all_due(&w->files[i], now);
		return;
	}
	path_set_deadline(clock_now() + ARM_SECONDS, false);
	for (size_t i = 0; i < w->n_files; i++) {
		for (size_t k = 0; k < w->files[i].n_binds; k++) {
			struct watched *b = &w->files[i].binds[k];

			/* Before it is looked at: what comes in between wakes again. */
			if ((b->is_to_arm || b->due <= now) && wake_arm_bind(w, i, k) == 0)
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
	tell(w, WATCH_UNABLE, NULL,
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
	arm_again(w, now);
	for (size_t i = 0; i < w->n_files; i++) {
		struct watch_file *f = &w->files[i];

		if (f->reload <= now)
			reload(w, f);
		if (f->fstab_due <= now) {
			f->fstab_due = WATCH_NEVER;
			make_all_due(f, now);
		}
		if (w->full <= now)
			make_all_due(f, now);
		put_off_stopped(f, now);
		run_due(w, f, true, now);
		run_due(w, f, false, now);
	}
	if (w->full <= now)
		w->full = now + w->interval;
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
	for (size_t i = 0; i < w->n_files; i++)
		run_first(w, &w->files[i]);
	w->full = clock_boot() + w->interval;
	for (size_t i = 0; i < w->n_files; i++)
		make_all_due(&w->files[i], clock_boot());
	tell(w, WATCH_READY, NULL, NULL);
	call_settled(w);
	while (!w->is_over) {
		wake_wait(w, next_time(w));
		now = clock_boot();
		if (!w->is_over && next_time(w) <= now)
			settle(w, now);
	}
	tell(w, WATCH_STOPPED, NULL, NULL);
	call_settled(w);
	wake_done(w);
	return 0;
}
