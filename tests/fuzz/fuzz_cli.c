/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the command line, as Salt and others write it, apart by NUL bytes. The last one is
 * what the file has that they name.
 */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "program/call.h"
#include "program/input.h"
#include "request_check.h"

#define WORDS_MAX 16

int __wrap_input_read(const char *name, size_t most, char **ret, size_t *ret_size,
		      struct error *err);

static const char *file_text;

int __wrap_input_read(const char *name, size_t most, char **ret, size_t *ret_size,
		      struct error *err)
{
	(void)name;
	(void)most;
	*ret = strdup(file_text);
	if (!*ret)
		return error_no_memory(err);
	*ret_size = strlen(*ret);
	return 0;
}

static void check_call(const struct cli *cli, struct request *req)
{
	struct error err = {0};
	bool was_check = req->check_mode;

	if (call_add_options(cli, true, req, &err) < 0) {
		error_check(&err);
		return;
	}
	MUST(req->check_mode && (!was_check || req->check_mode));
	MUST(req->timeout >= 1 && req->timeout <= REQUEST_MAX_TIMEOUT);
	MUST(request_fstab(req)[0] == '/');
}

static void run(int argc, char *argv[])
{
	struct cli cli = {0};
	struct error err = {0};
	struct request req = {0};
	json_t *doc = NULL;
	bool accept_text = false;

	if (cli_parse(argc, argv, &cli, &err) < 0)
		error_check(&err);
	MUST(cli.format < FORMAT_ANSIBLE && cli.n_words < (size_t)argc);
	MUST(cli.command || cli.n_words == 0);
	if (err.kind == ERROR_NONE && cli_request(&cli, &doc, &accept_text, &err) < 0)
		error_check(&err);
	if (doc && request_check(doc, accept_text, &req)) {
		check_call(&cli, &req);
		request_done(&req);
	}
	json_decref(doc);
	cli_done(&cli);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	char *words[WORDS_MAX + 2] = {strdup("robind")};
	int n = 1;

	while (in.left > 0 && n < WORDS_MAX)
		words[n++] = input_text(&in);
	file_text = words[n - 1];
	run(n, words);
	for (int i = 0; i < n; i++)
		free(words[i]);
	return 0;
}
