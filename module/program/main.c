/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main: how robind was called -> request -> engine -> what that caller expects. A front end
 * knows nothing of mounts, and the engine nothing of callers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ansible.h"
#include "ansible_args.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "bolt.h"
#include "call.h"
#include "cfengine.h"
#include "cli.h"
#include "complete.h"
#include "confine.h"
#include "cli_mistakes.h"
#include "dsc.h"
#include "fstab/snapshot.h"
#include "graph.h"
#include "kernel/features.h"
#include "kernel/inherited.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "migrate.h"
#include "mount_helper.h"
#include "output.h"
#include "reply/schema.h"
#include "reply_text.h"
#include "request/from_fstab.h"
#include "run/run.h"
#include "watch_command.h"

static int run_command(struct call *call);

/* ---- apply and check ---- */

static int read_request(struct call *call, bool is_check, struct request *req)
{
	scoped_json json_t *doc = json_incref(call->bolt.doc);
	bool accept_text = false;
	int r = 0;

	if (call->cli.args)
		r = ansible_args(call->cli.args, &doc, &call->fail);
	else if (!doc)
		r = cli_request(&call->cli, &doc, &accept_text, &call->fail);
	if (r == 0 && call->cli.format == FORMAT_DSC)
		r = dsc_request(doc, &call->fail);
	sys_close_inherited();
	if (r < 0 || request_decode(doc, accept_text, req, &call->fail) < 0)
		return -1;
	return call_add_options(&call->cli, is_check, req, &call->fail);
}

static int run_bind_request(struct call *call, bool is_check, bool differs_is_2)
{
	struct request req = {0};
	int r = read_request(call, is_check, &req);
	int status = EXIT_FAILED;

	call->reply.check_mode = is_check || call->cli.check || req.check_mode;
	status = r < 0 ? call_finish_failed(call) : call_run(call, &req, differs_is_2);
	request_done(&req);
	return status;
}

static int run_apply(struct call *call)
{
	return run_bind_request(call, false, call->cli.detailed_exitcode);
}

static int run_check(struct call *call)
{
	return run_bind_request(call, true, true);
}

static int run_boot(struct call *call)
{
	struct request req = {.timeout = REQUEST_TIMEOUT_DEFAULT};
	int status = EXIT_FAILED;
	int r = 0;

	sys_close_inherited();
	if (call->cli.n_words > 0)
		r = error_set(&call->fail, ERROR_USAGE, 0, PTR_ROOT,
			      "boot takes no request: it goes by fstab");
	if (r == 0)
		r = call_add_options(&call->cli, call->cli.check, &req, &call->fail);
	if (r == 0)
		r = boot_request(call->cli.ours, &req, &call->fail);
	status = r < 0 ? call_finish_failed(call) : call_run(call, &req, false);
	request_done(&req);
	return status;
}

/* Called without a word: by Bolt, or by mistake. */
static int run_task(struct call *call)
{
	/* The environment is the person's, who types; a runner of tasks reads JSON. */
	if (!isatty(STDIN_FILENO))
		call->cli.format = FORMAT_JSON;
	if (bolt_read(&call->bolt, &call->fail) < 0)
		return call_finish_failed(call);
	if (call->bolt.doc)
		return run_bind_request(call, call->bolt.is_check, false);
	return run_command(call);
}

/* ---- show, schema ---- */

static int tell_shown(struct call *call, double deadline)
{
	int status = call_finish(call, false, false);

	(void)deadline;
	return status == EXIT_IN_SYNC && call->cli.helper && call->cli.detailed_exitcode &&
			       call->reply.n_shown > 0
		       ? EXIT_DIFFERS
		       : status;
}

static int run_show(struct call *call)
{
	return call_show(call, false, tell_shown);
}

static void refuse_schema(struct call *call)
{
	static const char *const schemas[] = {"request", "reply"};
	const char *given = call->cli.n_words > 0 ? call->cli.words[0] : NULL;

	if (call->cli.n_words == 1)
		(void)cli_unknown_word("schema", given, schemas, ARRAY_LEN(schemas),
				       &call->fail);
	else
		error_set(&call->fail, ERROR_USAGE, 0, PTR_ROOT,
			  "schema needs one word, 'request' or 'reply'");
}

static int run_schema(struct call *call)
{
	const char *which = call->cli.n_words == 1 ? call->cli.words[0] : "";
	scoped_json json_t *schema = NULL;

	if (strcmp(which, "request") == 0)
		schema = schema_of_request();
	else if (strcmp(which, "reply") == 0)
		schema = schema_of_reply();
	else {
		refuse_schema(call);
		return call_finish_failed(call);
	}
	if (!schema) {
		error_no_memory(&call->fail);
		return call_finish_failed(call);
	}
	return output_json(schema) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

/* The same in words; an interface that is not known is left out. */
static int write_version(const struct features *features)
{
	struct json_writer w = {0};
	scoped_json json_t *about = NULL;
	scoped_strbuf text = {0};
	const json_t *members = NULL;
	const char *read_api = NULL;

	json_open_object(&w, NULL);
	reply_write_about(features, "robind", &w);
	json_close(&w);
	about = json_writer_take(&w);
	members = json_object_get(about, "robind");
	read_api = member_text(members, "read_api");
	strbuf_addf(&text, "robind %s (protocol %d; %s%s%s)\n",
		    member_text(members, "version"), REPLY_PROTOCOL,
		    member_text(members, "mount_api"), read_api[0] != '\0' ? ", " : "",
		    read_api);
	return output_text(about && strbuf_text(&text) ? strbuf_text(&text)
						       : "out of memory\n");
}

static int run_version(struct call *call)
{
	struct json_writer w = {.out = stdout};

	if (call->cli.format == FORMAT_TEXT)
		return write_version(call->features) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
	json_open_object(&w, NULL);
	reply_write_about(call->features, "robind", &w);
	json_close(&w);
	return output_text("\n") < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

/* ---- the command table ---- */

/* clang-format off */
static const struct {
	const char *name; int (*run)(struct call *call); bool draws, is_typed; /* by people */
} commands[] = {
	{ "apply",    run_apply,    false, true },
	{ "check",    run_check,    false, true },
	{ "show",     run_show,     false, true },
	{ "graph",    graph_run,    true,  true },
	{ "boot",     run_boot,     false, true },
	{ "migrate",  migrate_run,  false, true },
	{ "watch",    watch_command, false, true },
	{ "schema",   run_schema,   false, true },
	{ "cfengine", cfengine_run, false, false },
};
/* clang-format on */

static int refuse_command(struct call *call, const char *name)
{
	const char *names[ARRAY_LEN(commands)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (commands[i].is_typed)
			names[n++] = commands[i].name;
	}
	(void)cli_unknown_command(name, names, n, &call->fail);
	return call_finish_failed(call);
}

static int run_command(struct call *call)
{
	const char *name = call->cli.command;

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		if (cli_fit_format(&call->cli, commands[i].draws, &call->fail) < 0)
			return call_finish_failed(call);
		return commands[i].run(call);
	}
	return refuse_command(call, name);
}

static int parse(int argc, char *argv[], struct call *call)
{
	int r = ansible_called(argc, argv, &call->fail);

	if (r > 0)
		return ansible_parse(argv[1], &call->cli, &call->fail);
	return r == 0 ? cli_parse(argc, argv, &call->cli, &call->fail) : r;
}

int main(int argc, char *argv[])
{
	struct call call = {0};
	int status = EXIT_FAILED;
	int r = 0;

	sys_reset_inherited();
	output_reserve();
	if (mount_helper_is_called(argv[0]))
		return mount_helper_run(argc, argv);
	call.features = features_probe();
	r = confine_check(&call.fail);
	if (r == 0 && complete_is_called(argc, argv))
		return complete_run(argc, argv);
	if (r == 0)
		r = parse(argc, argv, &call);
	if (r < 0)
		status = call_finish_failed(&call);
	else if (call.cli.help)
		status = output_text(cli_help) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
	else if (call.cli.version)
		status = run_version(&call);
	else if (argc < 2)
		status = run_task(&call);
	else
		status = run_command(&call);
	json_decref(call.bolt.doc);
	reply_done(&call.reply);
	cli_done(&call.cli);
	sys_done();
	return status;
}
