/* SPDX-License-Identifier: Apache-2.0 */
/* The file of arguments that Ansible calls its module with. */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "kernel/fd.h"
#include "program/ansible.h"
#include "program/ansible_args.h"
#include "request_check.h"

/* What the play says in JSON is what the command line has. */
static void check_modes(const struct cli *cli)
{
	const json_t *check = json_object_get(cli->args, "_ansible_check_mode");

	MUST(!json_is_true(check) || cli->check);
	MUST(cli->check == false || (check && !json_is_false(check)));
	MUST(cli->format == FORMAT_ANSIBLE && cli->command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fd_path path = sys_fd_path(input_file(data, size));
	char name[] = "robind";
	char *argv[] = {name, path.text, NULL};
	struct cli cli = {0};
	struct error err = {0};
	struct request req = {0};
	json_t *doc = NULL;

	MUST(ansible_called(2, argv, &err) ==
	     (memmem(data, size, "\"_ansible_", 10) != NULL));
	if (ansible_parse(path.text, &cli, &err) < 0) {
		error_check(&err);
		cli_done(&cli);
		return 0;
	}
	check_modes(&cli);
	if (strcmp(cli.command, "apply") != 0)
		MUST(strcmp(cli.command, "show") == 0);
	else if (ansible_args(cli.args, &doc, &err) < 0)
		error_check(&err);
	else if (request_check(doc, false, &req))
		request_done(&req);
	json_decref(doc);
	cli_done(&cli);
	return 0;
}
