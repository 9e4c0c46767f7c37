/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount.robind's arguments, apart by NUL bytes. Whatever they are, the engine is asked for one
 * read-only bind of this source to this target, or for nothing.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "input.h"
#include "kernel/features.h"
#include "program/mount_helper.h"
#include "program/mount_helper_args.h"
#include "reply/reply.h"
#include "request/request.h"
#include "run/run.h"

#define ARGS_MAX 12

int __wrap_run_request(struct request *req, const struct features *features,
		       struct reply *reply, struct error *err);
int __wrap_sys_enter_namespace(const char *path);
bool __wrap_sys_is_automount(const char *path);

static struct mount_call call;
static bool is_run;

/* As a path of the request has it, or the process ends. */
static void must_be_path(const char *given, const char *taken)
{
	struct path_fault fault = {0};
	char *normal = path_normalise(given, strlen(given), &fault);

	MUST(normal && strcmp(normal, taken) == 0);
	free(normal);
}

int __wrap_run_request(struct request *req, const struct features *features,
		       struct reply *reply, struct error *err)
{
	const struct want *want = &req->wants[0];

	(void)features;
	MUST(req->n_wants == 1 && req->any_namespace && !req->check_mode);
	MUST(want->state == STATE_EPHEMERAL && !want->replace && want->follow);
	MUST((want->options.set & want->options.clear) == 0);
	must_be_path(call.source, want->source);
	must_be_path(call.target, want->target);
	is_run = true;
	if (reply_begin(reply, req) < 0)
		return error_no_memory(err);
	reply->outcomes[0].status = STATUS_OK;
	return 0;
}

int __wrap_sys_enter_namespace(const char *path)
{
	MUST(call.namespace && path == call.namespace);
	return 0;
}

bool __wrap_sys_is_automount(const char *path)
{
	(void)path;
	return false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	input_mute();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	char *texts[ARGS_MAX + 1] = {strdup(MOUNT_CALL_NAME)};
	char *argv[ARGS_MAX + 1] = {texts[0]};
	int argc = 1;
	bool is_call = false;
	int status = 0;

	for (; in.left > 0 && argc < ARGS_MAX; argc++)
		argv[argc] = texts[argc] = input_text(&in);
	optind = 0; /* for getopt(3) to begin anew */
	is_call = mount_call_read(argc, argv, &call) == 0;
	is_run = false;
	optind = 0;
	status = mount_helper_run(argc, argv);
	MUST(status == 0 || status == 1 || status == 32);
	MUST(is_call || (status == 1 && !is_run));
	MUST(!is_run || !call.fake);
	MUST(is_run || status != 0 || call.fake || call.help);
	mount_call_done(&call);
	call = (struct mount_call){0};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	return 0;
}
