/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ansible: the executable is the module. It is called with one argument, a file of JSON in
 * which Ansible's own members (`_ansible_...`) stand beside the task's; standard input is a
 * terminal over ssh, and never read.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "cli.h"

/*
 * Whether this is such a call: a path to a regular file that mentions such members. 1 or 0, or
 * -1 with ERROR_MEMORY where that cannot be told.
 */
MUST_CHECK int ansible_called(int argc, char *argv[], struct error *err);

/*
 * Read the arguments in the file `name` and fill *ret with what of them is the command
 * line's to say: the modes, and `show` for a task with `targets`. Returns 0, or -1 with
 * ERROR_INPUT, ERROR_REQUEST or ERROR_MEMORY; give *ret to cli_done() in any case.
 */
MUST_CHECK int ansible_parse(const char *name, struct cli *ret, struct error *err);

/*
 * What Ansible shall see of a reply: failed binds first in `msg`, warnings as text, no bind
 * that is ok; no line of fstab where the arguments in `cli` say `opts_no_log`. A new object, or
 * NULL when there is no memory.
 */
json_t *ansible_reply(const json_t *reply, const struct cli *cli);
