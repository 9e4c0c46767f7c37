/*
 * main: how robind was called -> request -> engine -> what that caller expects. A front end
 * knows nothing of mounts, and the engine nothing of callers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ansible.h"
#include "ansible_args.h"
#include "bolt.h"
#include "book.h"
#include "boot.h"
#include "cli.h"
#include "clock.h"
#include "engine.h"
#include "mount_helper.h"
#include "output.h"
#include "path.h"
#include "reply.h"
#include "request.h"
#include "salt.h"
#include "schema.h"
#include "scoped.h"
#include "show.h"
#include "sys.h"
#include "text.h"

/* One call of robind, from the command line to the exit status. */
struct call {
	struct cli cli;
	struct bolt bolt; /* doc is NULL when it is not Bolt that calls */
	struct kernel kernel;
	struct reply reply;
	struct fail fail;
};

enum exit_status {
	EXIT_IN_SYNC = 0,
	EXIT_FAILED = 1,
	EXIT_DIFFERS = 2,
};

static int write_reply(const struct call *call, json_t *whole)
{
	static json_t *(*const dialects[FORMAT_COUNT_])(const json_t *reply) = {
		[FORMAT_SALT] = salt_reply,
		[FORMAT_ANSIBLE] = ansible_reply,
	};
	scoped_json json_t *told = NULL;

	if (call->bolt.doc && bolt_add_error(whole) < 0)
		return output_no_memory(call->reply.changed);
	if (call->cli.format == FORMAT_TEXT)
		return text_write(whole);
	if (call->cli.format == FORMAT_JSON)
		return output_json(whole);
	told = dialects[call->cli.format](whole);
	return told ? output_json(told) : output_no_memory(call->reply.changed);
}

/* Write the reply; `failed` says that call->fail concerns the request as a whole. */
static int finish(struct call *call, bool failed, bool differs_is_2)
{
	bool bad = failed || call->reply.counts[STATUS_FAILED] > 0;
	scoped_json json_t *whole =
		reply_finish(&call->reply, &call->kernel, failed ? &call->fail : NULL);

	if (!whole) {
		(void)!output_no_memory(call->reply.changed);
		return EXIT_FAILED;
	}
	if (write_reply(call, whole) < 0)
		return EXIT_FAILED;
	if (call->cli.format == FORMAT_ANSIBLE) /* which reads the reply alone */
		return EXIT_IN_SYNC;
	if (bad)
		return EXIT_FAILED;
	if (call->cli.boot && differs_is_2 && call->reply.n_risks > 0)
		return EXIT_DIFFERS;
	return differs_is_2 && call->reply.changed ? EXIT_DIFFERS : EXIT_IN_SYNC;
}

/* A reply that says only why there is none. */
static int finish_failed(struct call *call)
{
	bool check_mode = call->reply.check_mode;

	reply_done(&call->reply);
	if (reply_init(&call->reply, 0, check_mode) < 0) {
		(void)!output_no_memory(false);
		return EXIT_FAILED;
	}
	return finish(call, true, false);
}

/* ---- apply and check ---- */

/* The seconds of --timeout; without it *timeout stays as it is. */
static int read_timeout(const struct cli *cli, unsigned *timeout, struct fail *f)
{
	char *end = NULL;
	long seconds = cli->timeout ? strtol(cli->timeout, &end, 10) : (long)*timeout;

	if (seconds < 1 || seconds > REQUEST_MAX_TIMEOUT || (end && *end != '\0'))
		return fail_set(f, FAIL_USAGE, 0, AT_ROOT,
				"--timeout must be a whole number of seconds from 1 to %d, "
				"not '%s'",
				REQUEST_MAX_TIMEOUT, cli->timeout);
	*timeout = (unsigned)seconds;
	return 0;
}

/* The file of --fstab; without it *fstab stays as it is. */
static int read_fstab(const struct cli *cli, char **fstab, struct fail *f)
{
	struct path_fault fault = {0};
	char *path = NULL;

	if (!cli->fstab)
		return 0;
	path = path_normalise(cli->fstab, strlen(cli->fstab), &fault);
	if (!path && !fault.must)
		return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	if (!path)
		return fail_set(f, FAIL_USAGE, 0, AT_ROOT, "--fstab: '%s' %s", cli->fstab,
				fault.must);
	free(*fstab);
	*fstab = path;
	return 0;
}

/* What the command line adds to the request: never less than the request asks itself. */
static int add_options(const struct cli *cli, bool is_check, struct request *req,
		       struct fail *f)
{
	if (read_timeout(cli, &req->timeout, f) < 0)
		return -1;
	req->check_mode |= is_check || cli->check;
	req->diff |= cli->diff;
	req->judges_boot |= is_check && cli->boot;
	return read_fstab(cli, &req->fstab, f);
}

static int read_request(struct call *call, bool is_check, struct request *req)
{
	scoped_json json_t *doc = json_incref(call->bolt.doc);
	bool loose = false;
	int r = 0;

	if (call->cli.args)
		r = ansible_args(call->cli.args, &doc, &call->fail);
	else if (!doc)
		r = cli_request(&call->cli, &doc, &loose, &call->fail);
	if (r < 0 || request_decode(doc, loose, req, &call->fail) < 0)
		return -1;
	return add_options(&call->cli, is_check, req, &call->fail);
}

/* Run what was decoded, and answer. */
static int answer(struct call *call, struct request *req, bool differs_is_2)
{
	int r = reply_init(&call->reply, req->n_wants, req->check_mode);

	if (r < 0)
		fail_set(&call->fail, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	else
		r = engine_run(req, &call->kernel, &call->reply, &call->fail);
	if (r == 0)
		return finish(call, false, differs_is_2);
	if (!call->reply.changed)
		return finish_failed(call);
	(void)!output_no_memory(true);
	return EXIT_FAILED;
}

static int run_request(struct call *call, bool is_check, bool differs_is_2)
{
	struct request req = {0};
	int r = read_request(call, is_check, &req);
	int status = EXIT_FAILED;

	call->reply.check_mode = is_check || call->cli.check || req.check_mode;
	status = r < 0 ? finish_failed(call) : answer(call, &req, differs_is_2);
	request_done(&req);
	return status;
}

static int run_apply(struct call *call)
{
	return run_request(call, false, call->cli.detailed_exitcode);
}

static int run_check(struct call *call)
{
	return run_request(call, true, true);
}

static int run_boot(struct call *call)
{
	struct request req = {0};
	char *fstab = NULL;
	int status = EXIT_FAILED;
	int r = 0;

	if (call->cli.n_words > 0)
		r = fail_set(&call->fail, FAIL_USAGE, 0, AT_ROOT,
			     "boot takes no request: it goes by fstab");
	if (r == 0)
		r = read_fstab(&call->cli, &fstab, &call->fail);
	if (r == 0)
		r = boot_request(fstab ? fstab : FSTAB_PATH, call->cli.ours, &req,
				 &call->fail);
	free(fstab);
	if (r == 0)
		r = add_options(&call->cli, call->cli.check, &req, &call->fail);
	status = r < 0 ? finish_failed(call) : answer(call, &req, false);
	request_done(&req);
	return status;
}

/* Called without a word: by Bolt, or by mistake. */
static int run_task(struct call *call)
{
	if (bolt_read(&call->bolt, &call->fail) < 0)
		return finish_failed(call);
	if (call->bolt.doc)
		return run_request(call, call->bolt.is_check, false);
	fail_set(&call->fail, FAIL_USAGE, 0, AT_ROOT,
		 "a command is missing; see robind --help");
	return finish_failed(call);
}

/* ---- show, schema ---- */

/* The targets that are named, or else all that fstab lists. */
static int show_all(struct call *call, const struct book *book)
{
	size_t n = (size_t)call->cli.n_words;
	int r = 0;

	if (reply_init(&call->reply, n, false) < 0)
		return fail_set(&call->fail, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	if (n == 0)
		return show_listed(&call->reply, book, &call->fail);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = show_target(&call->reply, book, i, call->cli.words[i], &call->fail);
	return r;
}

static int run_show(struct call *call)
{
	struct request req = {.check_mode = true, .timeout = REQUEST_TIMEOUT_DEFAULT};
	struct book book;
	int r = add_options(&call->cli, true, &req, &call->fail);

	if (r == 0)
		r = engine_check(&call->kernel, &call->fail);
	if (r == 0) {
		sys_limit(clock_now() + req.timeout, false);
		book_open(&book, &req);
		r = show_all(call, &book);
		book_done(&book);
	}
	request_done(&req);
	return r < 0 ? finish_failed(call) : finish(call, false, false);
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
		fail_set(&call->fail, FAIL_USAGE, 0, AT_ROOT,
			 "schema needs one word, 'request' or 'reply'");
		return finish_failed(call);
	}
	if (!schema) {
		(void)!output_no_memory(false);
		return EXIT_FAILED;
	}
	return output_json(schema) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

static int run_version(struct call *call)
{
	scoped_json json_t *version =
		json_pack("{s:o}", "robind", reply_about(&call->kernel));

	if (!version) {
		(void)!output_no_memory(false);
		return EXIT_FAILED;
	}
	return output_json(version) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

/* ---- the command table ---- */

/* clang-format off */
static const struct { const char *name; int (*run)(struct call *call); } commands[] = {
	{ "apply",  run_apply },
	{ "check",  run_check },
	{ "show",   run_show },
	{ "boot",   run_boot },
	{ "schema", run_schema },
};
/* clang-format on */

static int run_command(struct call *call)
{
	const char *name = call->cli.command;

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(call);
	}
	if (name)
		fail_set(&call->fail, FAIL_USAGE, 0, AT_ROOT,
			 "unknown command '%s'; see robind --help", name);
	else
		fail_set(&call->fail, FAIL_USAGE, 0, AT_ROOT,
			 "a command is missing; see robind --help");
	return finish_failed(call);
}

int main(int argc, char *argv[])
{
	struct call call = {0};
	int status = EXIT_FAILED;
	int r = 0;

	output_guard();
	if (mount_helper_is_called(argv[0]))
		return mount_helper_run(argc, argv);
	sys_probe(&call.kernel);
	r = ansible_called(argc, argv, &call.cli)
		    ? ansible_parse(&call.cli, &call.fail)
		    : cli_parse(argc, argv, &call.cli, &call.fail);
	if (r < 0)
		status = finish_failed(&call);
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
