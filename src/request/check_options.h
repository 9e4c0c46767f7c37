/* SPDX-License-Identifier: Apache-2.0 */
/* What the lists of options of one bind must be together. */
#pragma once

#include <jansson.h>

#include "base/macro.h"
#include "request/json_decode.h"
#include "request/want.h"

/*
 * Sort what `opts` say into the other members of the want, and check that all of these go
 * together. `bind` is the object that it was read from. Returns 0, or -1 with
 * ERROR_REQUEST or ERROR_MEMORY.
 */
MUST_CHECK int check_options(const struct decode *d, const json_t *bind,
			     const struct json_pointer *at, struct want *want);
