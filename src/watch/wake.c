/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/wake.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macro.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "watch/due.h"

#define ARM_SECONDS  1.0
#define ARM_PATIENCE 0.1 /* for a path that does not answer */

/* How long what was seen is left alone. */
#define FSTAB_SECONDS  2.0 /* somebody may be in the midst of writing */
#define RELOAD_SECONDS 0.2

/* Who hears of a name: a bind of a file, or the file as a whole. */
#define WHO_BITS    24u
#define WHO_REQUEST ((1u << WHO_BITS) - 1)
#define WHO_FSTAB   ((1u << WHO_BITS) - 2)
#define WHO_FIND    ((1u << WHO_BITS) - 3) /* of no file: of the directories */

static uint32_t who_of(size_t file, uint32_t what)
{
	return (uint32_t)file << WHO_BITS | what;
}

/* ---- opening ---- */

static int open_signals(struct watch *w)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->signals < 0 ? -errno : 0;
}

int wake_open(struct watch *w, struct error *err)
{
	int r = 0;

	w->mounts = (struct mount_events)MOUNT_EVENTS_INIT;
	w->paths = (struct path_watches)PATH_WATCHES_INIT;
	w->signals = -1;
	w->left = -1;
	w->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->timer < 0)
		r = -errno;
	if (r == 0)
		r = open_signals(w);
	if (r == 0)
		r = mount_events_open(&w->mounts);
	if (r == 0)
		return 0;
	return error_set(err, r == -ENOENT ? ERROR_KERNEL : ERROR_SYSTEM, -r, PTR_ROOT,
			 "the kernel cannot tell of mounts that change (%s); mount /proc, "
			 "and see the limits of open files",
			 strerror(-r));
}

void wake_done(struct watch *w)
{
	apart_forget(w, w->n_files);
	held_forget(w, w->n_files);
	path_watches_done(&w->paths);
	mount_events_done(&w->mounts);
	mount_changes_done(&w->changes);
	if (w->timer >= 0)
		(void)close(w->timer);
	if (w->signals >= 0)
		(void)close(w->signals);
	w->timer = -1;
	w->signals = -1;
}

/* ---- arming ---- */

int wake_arm_bind(struct watch *w, size_t file, size_t bind)
{
	const struct watched *b = &w->files[file].binds[bind];
	uint32_t who = who_of(file, (uint32_t)bind);

	if (b->source && path_watches_add(&w->paths, b->source, who, PATH_NAMES) < 0)
		return -1;
	return path_watches_add(&w->paths, b->target, who, PATH_NAMES);
}

static int arm_file(struct watch *w, size_t file)
{
	const struct watch_file *f = &w->files[file];

	/* All of the one side first: their directories are often the same. */
	for (size_t i = 0; i < f->n_binds; i++) {
		if (f->binds[i].source &&
		    path_watches_add(&w->paths, f->binds[i].source,
				     who_of(file, (uint32_t)i), PATH_NAMES) < 0)
			return -1;
	}
	for (size_t i = 0; i < f->n_binds; i++) {
		if (path_watches_add(&w->paths, f->binds[i].target,
				     who_of(file, (uint32_t)i), PATH_NAMES) < 0)
			return -1;
	}
	if (f->name && path_watches_add(&w->paths, f->name, who_of(file, WHO_REQUEST),
					PATH_CONTENT) < 0)
		return -1;
	return f->is_about_fstab ? path_watches_add(&w->paths, f->fstab,
						    who_of(file, WHO_FSTAB), PATH_CONTENT)
				 : 0;
}

/* ---- what is told ---- */

/* Anything may have happened. */
static void hear_of_all(struct watch *w)
{
	w->has_lost = true;
	w->find = w->woken + RELOAD_SECONDS;
	for (size_t i = 0; i < w->n_files; i++) {
		w->files[i].reload = w->woken + RELOAD_SECONDS;
		if (w->files[i].is_about_fstab)
			w->files[i].fstab_due = w->woken + FSTAB_SECONDS;
	}
}

static void heard(void *to, uint32_t who, bool is_all)
{
	struct watch *w = to;
	size_t file = who >> WHO_BITS;
	uint32_t what = who & WHO_REQUEST;

	if (what == WHO_FIND && !is_all)
		w->find = w->woken + RELOAD_SECONDS;
	else if (is_all || file >= w->n_files)
		hear_of_all(w);
	else if (what == WHO_REQUEST) {
		w->files[file].reload = w->woken + RELOAD_SECONDS;
		w->has_lost = true; /* the directories above it may be others */
	} else if (what == WHO_FSTAB) {
		w->files[file].fstab_due = w->woken + FSTAB_SECONDS;
		w->has_lost = true; /* it may be another file */
	} else if (what < w->files[file].n_binds) {
		due_wake(&w->files[file].binds[what], w->woken, 0, false);
		w->files[file].binds[what].is_to_arm = true;
	}
}

/* ---- arming all anew ---- */

/* What the old ones have been told by now is not lost. */
int wake_arm(struct watch *w)
{
	struct path_watches old = w->paths;
	int r = 0;

	if (path_watches_open(&w->paths) < 0) {
		w->paths = old; /* the full passes see to the rest */
		return 0;
	}
	path_set_deadline(clock_now() + ARM_SECONDS, false);
	path_set_patience(ARM_PATIENCE);
	for (size_t i = 0; r == 0 && i < w->n_files; i++)
		r = arm_file(w, i);
	for (size_t i = 0; r == 0 && i < w->n_directories; i++)
		r = path_watches_add(&w->paths, w->directories[i], WHO_FIND, PATH_ENTRIES);
	path_watches_forget_last(&w->paths);
	sys_done();
	if (old.fd >= 0)
		path_watches_take(&old, heard, w);
	path_watches_done(&old);
	return r;
}

static void take_signals(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			w->is_over = true;
		else
			w->find = w->woken;
		for (size_t i = 0; i < w->n_files && info.ssi_signo == SIGHUP; i++)
			w->files[i].reload = w->woken;
	}
}

bool wake_is_over(void *to)
{
	struct watch *w = to;

	take_signals(w);
	return w->is_over;
}

static void set_timer(const struct watch *w, double until)
{
	struct itimerspec at = {0};

	if (until < WATCH_NEVER) {
		at.it_value.tv_sec = (time_t)until;
		at.it_value.tv_nsec = (long)((until - (double)at.it_value.tv_sec) * 1e9);
		if (at.it_value.tv_sec == 0 && at.it_value.tv_nsec == 0)
			at.it_value.tv_nsec = 1;
	}
	(void)timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

enum {
	POLL_TABLE,
	POLL_NAMED,
	POLL_PATHS,
	POLL_SIGNALS,
	POLL_TIMER,
	POLL_HELD,
	POLL_APART,
	POLL_COUNT_ = POLL_APART + APART_MAX
};

void wake_wait(struct watch *w, double until)
{
	struct pollfd polls[POLL_COUNT_] = {
		[POLL_TABLE] = {.fd = w->mounts.table, .events = POLLPRI},
		[POLL_NAMED] = {.fd = w->mounts.named, .events = POLLIN},
		[POLL_PATHS] = {.fd = w->paths.fd, .events = POLLIN},
		[POLL_SIGNALS] = {.fd = w->signals, .events = POLLIN},
		[POLL_TIMER] = {.fd = w->timer, .events = POLLIN},
		[POLL_HELD] = {.fd = w->held.child.pid > 0 ? w->held.child.fd : -1,
			       .events = POLLIN},
	};
	bool is_of_mounts = false;
	uint64_t n = 0;

	for (size_t i = 0; i < APART_MAX; i++)
		polls[POLL_APART + i] = (struct pollfd){
			.fd = w->aparts[i].child.pid > 0 ? w->aparts[i].child.fd : -1,
			.events = POLLIN,
		};
	set_timer(w, until);
	(void)poll(polls, POLL_COUNT_, -1);
	w->woken = clock_boot();
	(void)!read(w->timer, &n, sizeof(n));
	is_of_mounts = mount_events_take(&w->mounts, &w->changes) ||
		       (polls[POLL_TABLE].revents & POLLPRI);
	if (is_of_mounts && !w->has_mount_event)
		w->mount_woken = w->woken;
	w->has_mount_event |= is_of_mounts;
	if (w->paths.fd >= 0)
		path_watches_take(&w->paths, heard, w);
	for (size_t i = 0; i < APART_MAX; i++) {
		if (polls[POLL_APART + i].revents)
			apart_take(w, &w->aparts[i], w->woken);
	}
	if (polls[POLL_HELD].revents)
		held_take(w, w->woken);
	take_signals(w);
}
