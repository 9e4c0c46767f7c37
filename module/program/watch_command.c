/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_command.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "confine.h"
#include "kernel/inherited.h"
#include "output.h"
#include "run/run.h"
#include "watch/watch.h"
#include "watch_count.h"
#include "watch_requests.h"
#include "watch_systemd.h"
#include "watch_tell.h"

/* The watch of this process, and who hears of it. */
struct watching {
	struct watch_requests requests;
	struct watch_count count;
};

/* ---- hooks ---- */

static void tell(void *to, const struct watch_event *event)
{
	struct watching *w = to;
	scoped_strbuf sentence = {0};

	watch_say(event, &sentence);
	watch_count(&w->count, event, strbuf_text(&sentence));
	/* Before it is told: whoever hears of it may read what was counted. */
	if (event->kind == WATCH_READY)
		(void)watch_count_write(&w->count, &w->requests.watch, clock_boot());
	watch_tell(&w->requests.call->cli, event, &sentence);
	if (event->kind == WATCH_READY)
		systemd_notify("READY=1");
	if (event->kind == WATCH_STOPPED)
		systemd_notify("STOPPING=1");
}

static double settled(void *to, double now)
{
	struct watching *w = to;

	systemd_notify("WATCHDOG=1");
	return watch_count_write(&w->count, &w->requests.watch, now);
}

static int read_again(void *to, const char *name, json_t **ret, struct error *err)
{
	const struct watching *w = to;

	return watch_requests_read(&w->requests, name, ret, err);
}

static void find(void *to)
{
	struct watching *w = to;

	watch_requests_find(&w->requests);
}

/* ---- the command ---- */

/* What a run may need at any time from here on, whatever the request will be by then. */
static void confine_watch(const struct call *call)
{
	struct want want = {.state = STATE_MOUNTED, .create = true};
	const struct request all = {
		.wants = &want,
		.n_wants = 1,
		.purge = PURGE_ALL,
		.holders = true,
		.check_mode = call->cli.check,
	};

	confine(&all, call->features);
}

/* Others would see nothing of what is mounted here. */
static int check_namespace(const struct watch_requests *w, struct error *err)
{
	for (size_t i = 0; i < w->watch.n_files && w->call->features->is_private; i++) {
		if (w->files[i].n_binds > 0 && !w->files[i].any_namespace)
			return error_set(
				err, ERROR_PRIVATE_NAMESPACE, 0, PTR_ROOT,
				"this mount namespace is not that of process 1, so what is "
				"mended here is seen by nobody else; run robind watch outside "
				"(of a unit with PrivateTmp and the like), or say "
				"\"namespace\": \"here\" when this one is meant");
	}
	return 0;
}

static int watch_all(struct watching *w, struct error *err)
{
	const struct watch_hooks hooks = {
		.to = w,
		.tell = tell,
		.settled = settled,
		.find = find,
		.read = read_again,
	};
	const struct call *call = w->requests.call;
	struct watch *watch = &w->requests.watch;
	double watchdog = systemd_watchdog();
	int r = 0;

	watch->pass = (struct pass){.hooks = &hooks,
				    .features = call->features,
				    .check_mode = call->cli.check};
	watch->interval = WATCH_INTERVAL;
	if (watchdog > 0 && watchdog / 2 < WATCH_INTERVAL)
		watch->interval = watchdog / 2;
	r = watch_requests_add(&w->requests, err);
	sys_close_inherited();
	if (r == 0)
		r = check_namespace(&w->requests, err);
	if (r == 0)
		r = run_check_kernel(call->features, err);
	if (r == 0) {
		confine_watch(call);
		r = watch_run(watch, err);
		watch_count_done(&w->count);
	}
	return r;
}

static int tell_status(struct call *call)
{
	scoped_json json_t *status = NULL;

	if (watch_count_read(&status, &call->fail) < 0)
		return call_finish_failed(call);
	return output_json(status) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

int watch_command(struct call *call)
{
	struct watching *w = NULL;
	int r = 0;

	if (call->cli.status)
		return tell_status(call);
	w = calloc(1, sizeof(*w));
	if (!w) {
		error_no_memory(&call->fail);
		return call_finish_failed(call);
	}
	w->requests.call = call;
	w->count.metrics = call->cli.metrics;
	w->count.status = -1;
	r = watch_all(w, &call->fail);
	watch_requests_done(&w->requests);
	free(w);
	return r < 0 ? call_finish_failed(call) : EXIT_IN_SYNC;
}
