/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ansible.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "confine.h"
#include "dsc.h"
#include "format_salt.h"
#include "format_text.h"
#include "fstab/snapshot.h"
#include "kernel/inherited.h"
#include "kernel/path_limit.h"
#include "output.h"
#include "progress.h"
#include "run/run.h"
#include "run/show.h"

static int write_json(const struct call *call, const struct error *err, bool is_short)
{
	struct json_writer w = {.out = stdout};

	reply_write(&call->reply, call->features, err, is_short, &w);
	return output_text("\n");
}

/*
 * There is no memory to tell it in the caller's dialect: what became of each bind, as JSON,
 * which takes none. Returns -1.
 */
static int write_short(const struct call *call)
{
	struct error err = {0};

	error_no_memory(&err);
	(void)!write_json(call, &err, true);
	return -1;
}

static int write_dialect(const struct call *call, const struct error *err)
{
	static json_t *(*const dialects[FORMAT_COUNT_])(const json_t *reply,
							const struct cli *cli) = {
		[FORMAT_SALT] = salt_reply,
		[FORMAT_DSC] = dsc_reply,
		[FORMAT_ANSIBLE] = ansible_reply,
	};
	scoped_json json_t *whole = reply_tree(&call->reply, call->features, err);
	scoped_json json_t *told = NULL;

	if (!whole || (call->bolt.doc && bolt_add_error(whole) < 0))
		return write_short(call);
	if (call->cli.format == FORMAT_TEXT)
		return text_write(whole, &call->cli);
	if (call->cli.format == FORMAT_JSON)
		return output_json(whole);
	told = dialects[call->cli.format](whole, &call->cli);
	return told ? output_json(told) : write_short(call);
}

int call_finish(const struct call *call, bool failed, bool differs_is_2)
{
	const struct reply_sum sum = reply_sum(&call->reply);
	const struct error *err = failed ? &call->fail : NULL;
	/* Why nothing was drawn is no drawing. */
	bool is_json = call->cli.format == FORMAT_JSON || cli_draws(call->cli.format);
	int r = is_json && !call->bolt.doc ? write_json(call, err, false)
					   : write_dialect(call, err);

	if (r < 0)
		return EXIT_FAILED;
	if (call->cli.format == FORMAT_ANSIBLE) /* which reads the reply alone */
		return EXIT_IN_SYNC;
	if (failed || sum.counts[STATUS_FAILED] > 0)
		return EXIT_FAILED;
	if (call->cli.format == FORMAT_DSC) /* to which any other status is a failure */
		return EXIT_IN_SYNC;
	if (call->cli.boot && differs_is_2 && sum.n_risks > 0)
		return EXIT_DIFFERS;
	return differs_is_2 && sum.changed ? EXIT_DIFFERS : EXIT_IN_SYNC;
}

int call_finish_failed(struct call *call)
{
	bool check_mode = call->reply.check_mode;

	reply_done(&call->reply);
	call->reply.check_mode = check_mode;
	call->reply.input = call->cli.input;
	return call_finish(call, true, false);
}

/* The seconds of --timeout; without it *timeout stays as it is. */
static int read_timeout(const struct cli *cli, unsigned *timeout, struct error *err)
{
	char *end = NULL;
	long seconds = cli->timeout ? strtol(cli->timeout, &end, 10) : (long)*timeout;

	if (seconds < 1 || seconds > REQUEST_MAX_TIMEOUT || (end && *end != '\0'))
		return error_set(
			err, ERROR_USAGE, 0, PTR_ROOT,
			"--timeout must be a whole number of seconds from 1 to %d, not '%s'",
			REQUEST_MAX_TIMEOUT, cli->timeout);
	*timeout = (unsigned)seconds;
	return 0;
}

/* The file of --fstab in the place of what is there. */
static int take_fstab(const struct cli *cli, char **fstab, struct error *err)
{
	struct path_fault fault = {0};
	char *path = NULL;

	if (!cli->fstab)
		return 0;
	path = path_normalise(cli->fstab, strlen(cli->fstab), &fault);
	if (!path && !fault.must)
		return error_no_memory(err);
	if (!path)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT, "--fstab: '%s' %s",
				 cli->fstab, fault.must);
	free(*fstab);
	*fstab = path;
	return 0;
}

int call_add_options(const struct cli *cli, bool is_check, struct request *req,
		     struct error *err)
{
	if (read_timeout(cli, &req->timeout, err) < 0)
		return -1;
	req->check_mode |= is_check || cli->check;
	req->diff |= cli->diff;
	req->judges_boot |= is_check && cli->boot;
	return take_fstab(cli, &req->fstab, err);
}

static void tell_progress(void *to, size_t n_done, size_t n_all)
{
	progress_tell(to, clock_now(), n_done, n_all);
}

int call_run(struct call *call, struct request *req, bool differs_is_2)
{
	struct progress progress = progress_begin(stdout, clock_now());
	int r = 0;

	/* Whoever reads JSON reads nothing else, on a terminal as well. */
	if (call->cli.format == FORMAT_TEXT && isatty(STDOUT_FILENO))
		req->progress =
			(struct progress_hook){.tell = tell_progress, .to = &progress};

	req->minds_watch = true;
	call->reply.check_mode = req->check_mode;
	confine(req, call->features);
	call->reply.input = call->cli.input;
	r = run_request(req, call->features, &call->reply, &call->fail);
	progress_end(&progress);
	return call_finish(call, r < 0, differs_is_2);
}

/* The targets that the words name, or else all that fstab lists. */
static int look(struct call *call, const struct fstab_snapshot *snapshot)
{
	const struct cli *cli = &call->cli;

	if (cli->helper && cli->n_words > 0)
		return error_set(&call->fail, ERROR_USAGE, 0, PTR_ROOT,
				 "show --helper takes no TARGET: it goes by fstab");
	if (cli->helper)
		return show_helper_lines(&call->reply, snapshot, &call->fail);
	if (cli->n_words == 0)
		return show_listed(&call->reply, snapshot, &call->fail);
	return show_targets(&call->reply, snapshot, (const char *const *)cli->words,
			    cli->n_words, &call->fail);
}

int call_show(struct call *call, bool holders,
	      int (*tell)(struct call *call, double deadline))
{
	struct request req = {.check_mode = true, .timeout = REQUEST_TIMEOUT_DEFAULT};
	struct fstab_snapshot snapshot;
	double deadline = 0;
	int status = EXIT_FAILED;
	int r = call_add_options(&call->cli, true, &req, &call->fail);

	if (r == 0)
		r = run_check_kernel(call->features, &call->fail);
	sys_close_inherited();
	if (r == 0) {
		deadline = clock_now() + req.timeout;
		req.holders = holders;
		confine(&req, call->features);
		path_set_deadline(deadline, false);
		r = snapshot_open(&snapshot, request_fstab(&req), false, &call->fail);
		if (r == 0)
			r = look(call, &snapshot);
		status = r < 0 ? call_finish_failed(call) : tell(call, deadline);
		snapshot_done(&snapshot);
	} else {
		status = call_finish_failed(call);
	}
	request_done(&req);
	return status;
}
