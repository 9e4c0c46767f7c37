/* SPDX-License-Identifier: Apache-2.0 */
/* A reply for Salt's cmd.run with `stateful`. */
#pragma once

#include <jansson.h>

#include "cli.h"

/*
 * {changed, comment, TARGET: {old, new, reason}}: the first ten binds that changed, old and
 * new in words, reason a list of drift codes; all further ones are counted in `more`. The
 * comment has a line for each failure, warning and restart, again ten of each. A new
 * object, or NULL when there is no memory. `cli` says nothing that matters here.
 */
json_t *salt_reply(const json_t *reply, const struct cli *cli);
