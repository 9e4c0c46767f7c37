/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Microsoft DSC (version 3): a resource is one bind. `robind check` is its get and its test,
 * `robind apply` its set, `robind apply --check` its what-if; module/dsc has the manifest that
 * says so.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/macro.h"
#include "cli.h"

/*
 * Make a request of an instance, in place: what DSC says of any resource begins with `_`, and
 * of that `_exist: false` is the state absent where no state is named. Returns 0, or -1 with
 * ERROR_REQUEST for more than one bind, or ERROR_MEMORY.
 */
MUST_CHECK int dsc_request(json_t *doc, struct error *err);

/*
 * The instance as it is, or after `apply` as it is (with --check: as it would be) then, with
 * `_inDesiredState`, and the codes of what differs as `drift`. What failed is also written to
 * standard error, where alone DSC looks for it, as a line of JSON. A new object, or NULL when
 * there is no memory.
 */
json_t *dsc_reply(const json_t *reply, const struct cli *cli);
