/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_helper.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "confine.h"
#include "kernel/features.h"
#include "kernel/inherited.h"
#include "kernel/mount_api.h"
#include "kernel/namespace.h"
#include "kernel/path_open.h"
#include "mount_helper_args.h"
#include "mount_helper_line.h"
#include "mount_helper_options.h"
#include "reply/reply.h"
#include "reply_text.h"
#include "request/request.h"
#include "run/run.h"

/*
 * Seconds. A boot starts the helpers of all lines at once, and they take turns: one whose
 * source hangs must end before the others lose patience, and all of them before systemd
 * does (90).
 */
#define WORK_SECONDS 10
#define TURN_SECONDS 60

/* As mount(8) has them. */
enum mount_exit {
	MOUNT_EXIT_DONE = 0,
	MOUNT_EXIT_USAGE = 1,
	MOUNT_EXIT_FAILED = 32,
};

/* ---- what is said ---- */

/* One line, in which control characters of a path break nothing. */
PRINTF_LIKE(2, 3) static void say(FILE *out, const char *fmt, ...)
{
	scoped_strbuf line = {0};
	char text[ERROR_TOLD_SIZE];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	put_escaped(&line, text);
	(void)fprintf(out, MOUNT_CALL_NAME ": %s\n",
		      strbuf_text(&line) ? strbuf_text(&line) : "out of memory");
	(void)fflush(out);
}

static int refuse(const struct error *err)
{
	char told[ERROR_TOLD_SIZE];

	say(stderr, "%s", error_tell(err, "", told));
	return err->kind == ERROR_MEMORY ? MOUNT_EXIT_FAILED : MOUNT_EXIT_USAGE;
}

/* But of fstab, of which nothing is said here. */
static void tell_warnings(const json_t *reply)
{
	size_t i = 0;
	json_t *warning = NULL;

	json_array_foreach(json_object_get(reply, "warnings"), i, warning)
	{
		if (strcmp(member_text(warning, "code"), "fstab_unread") != 0)
			say(stderr, "warning: %s", member_text(warning, "msg"));
	}
}

/* What became of the one bind. As mount(8) has it, with `nofail` no source is no failure. */
static int tell(const struct mount_call *call, bool nofail, const struct outcome *out)
{
	const struct drift_list *drift = &out->drift;

	if (out->error) {
		say(stderr, "%s: %s", call->target, out->error->text);
		return nofail && out->error->kind == ERROR_SOURCE_MISSING
			       ? MOUNT_EXIT_DONE
			       : MOUNT_EXIT_FAILED;
	}
	if (call->verbose && drift->count > 0)
		say(stdout, "%s mounted read-only on %s (%s)", call->source, call->target,
		    drift_rules[drift->items[0].code].name);
	else if (call->verbose)
		say(stdout, "%s was mounted read-only on %s already", call->source,
		    call->target);
	return MOUNT_EXIT_DONE;
}

/* ---- the work ---- */

static json_t *document(const struct mount_call *call, const struct mount_options *options)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:O, s:b, s:s, s:i}", "source", call->source,
			 "target", call->target, "state", "ephemeral", "recursive",
			 options->recursive, "options", options->flags, "follow", true,
			 "namespace", "here", "timeout", WORK_SECONDS);
}

/* Try again while other robinds are at work. */
static int run_in_turn(struct request *req, const struct features *features,
		       struct reply *reply, struct error *err)
{
	double deadline = clock_now() + TURN_SECONDS;
	int r = 0;

	do
		r = run_request(req, features, reply, err);
	while (r < 0 && err->kind == ERROR_LOCKED_OUT && err->number == ETIMEDOUT &&
	       clock_now() < deadline);
	return r;
}

static int converge(const struct mount_call *call, bool nofail, struct request *req)
{
	const struct features *features = features_probe();
	struct reply reply = {0};
	struct error err = {0};
	scoped_json json_t *whole = NULL;
	int status = MOUNT_EXIT_FAILED;

	/*
	 * Whoever looks behind an automount waits until we are done, also a robind that has
	 * the lock: it would wait for us, and we for it.
	 */
	if (sys_is_automount(req->wants[0].target)) {
		say(stderr, "%s is an automount, which goes with the type none alone",
		    call->target);
		return MOUNT_EXIT_FAILED;
	}
	confine(req, features);
	if (run_in_turn(req, features, &reply, &err) < 0)
		say(stderr, "%s: %s", call->target, err.text);
	whole = reply_tree(&reply, features, NULL);
	tell_warnings(whole);
	/* Memory may have run out after it was mounted. */
	if (reply.n_outcomes > 0 && reply.outcomes[0].status != STATUS_SKIPPED)
		status = tell(call, nofail, &reply.outcomes[0]);
	reply_done(&reply);
	sys_done();
	return status;
}

static int bind_it(const struct mount_call *call, const struct mount_options *options)
{
	scoped_json json_t *doc = document(call, options);
	struct request req = {0};
	struct error err = {0};
	int status = MOUNT_EXIT_USAGE;

	if (!doc) {
		say(stderr, "the two paths must be UTF-8");
		return MOUNT_EXIT_USAGE;
	}
	if (request_decode(doc, false, &req, &err) < 0)
		status = refuse(&err);
	else if (!call->fake)
		status = converge(call, options->nofail, &req);
	else
		status = MOUNT_EXIT_DONE;
	if (call->fake && status == MOUNT_EXIT_DONE && call->verbose)
		say(stdout, "would mount %s read-only on %s", call->source, call->target);
	request_done(&req);
	return status;
}

static int with_options(const struct mount_call *call)
{
	struct mount_options options = {0};
	struct error err = {0};
	int status = MOUNT_EXIT_DONE;

	if (mount_options_read(call->options, call->sloppy, &options, &err) < 0) {
		status = refuse(&err);
	} else if (options.remount && options.writable) {
		say(stderr, "%s: a bind of robind stays read-only; say remount,ro",
		    call->target);
		status = MOUNT_EXIT_USAGE;
	} else {
		status = bind_it(call, &options);
	}
	mount_options_done(&options);
	return status;
}

/* ---- the call ---- */

static int run(struct mount_call *call)
{
	struct error err = {0};
	int r = 0;

	if (call->help) {
		(void)puts(mount_call_usage);
		return MOUNT_EXIT_DONE;
	}
	r = call->namespace ? sys_enter_namespace(call->namespace) : 0;
	if (r < 0) {
		say(stderr, "the mount namespace '%s' cannot be entered: %s",
		    call->namespace, strerror(-r));
		return MOUNT_EXIT_FAILED;
	}
	sys_close_inherited();
	return mount_call_complete(call, &err) < 0 ? refuse(&err) : with_options(call);
}

bool mount_helper_is_called(const char *name)
{
	const char *slash = name ? strrchr(name, '/') : NULL;

	return name && strcmp(slash ? slash + 1 : name, MOUNT_CALL_NAME) == 0;
}

int mount_helper_run(int argc, char *argv[])
{
	struct mount_call call = {0};
	struct error err = {0};
	int status = MOUNT_EXIT_USAGE;

	if (confine_check(&err) < 0)
		return refuse(&err);
	if (mount_call_read(argc, argv, &call) < 0)
		say(stderr, "usage: %s", mount_call_usage);
	else
		status = run(&call);
	mount_call_done(&call);
	return status;
}
