/* SPDX-License-Identifier: Apache-2.0 */
#include "migrate.h"

#include <errno.h>
#include <string.h>

#include "cli_mistakes.h"
#include "fstab/line.h"
#include "kernel/inherited.h"
#include "request/from_fstab.h"

/* The type that --to names. 0, or -1 with ERROR_USAGE or ERROR_MEMORY. */
static int read_type(const struct cli *cli, enum fstab_type *ret, struct error *err)
{
	if (cli->n_words > 0)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "migrate takes no request: it goes by fstab");
	if (!cli->to)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "migrate needs --to none or --to robind");
	for (size_t i = 0; i < FSTAB_TYPE_COUNT_; i++) {
		if (strcmp(fstab_type_names[i], cli->to) == 0) {
			*ret = (enum fstab_type)i;
			return 0;
		}
	}
	return cli_unknown_word("--to", cli->to, fstab_type_names, FSTAB_TYPE_COUNT_, err);
}

int migrate_run(struct call *call)
{
	struct request req = {.timeout = REQUEST_TIMEOUT_DEFAULT};
	enum fstab_type to = FSTAB_TYPE_NONE;
	int status = EXIT_FAILED;
	int r = read_type(&call->cli, &to, &call->fail);

	sys_close_inherited();
	if (r == 0)
		r = call_add_options(&call->cli, call->cli.check, &req, &call->fail);
	if (r == 0)
		r = migrate_request(to, &req, &call->fail);
	status = r < 0 ? call_finish_failed(call)
		       : call_run(call, &req, call->cli.detailed_exitcode);
	request_done(&req);
	return status;
}
