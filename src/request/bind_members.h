/* SPDX-License-Identifier: Apache-2.0 */
/* The members of one bind of a request: their names, what each takes, and where it goes. */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "request/json_decode.h"
#include "request/want.h"

#define REQUEST_MAX_BINDS 100000u

/* A list of wants; the first two members of struct request. */
struct wants {
	struct want *wants;
	size_t n_wants;
};

/* The rows of the members, into a struct want. */
extern const struct field request_bind_fields[];
extern const size_t request_n_bind_fields;

/* A bind of which nothing was said yet. */
extern const struct want bind_defaults;

/*
 * What the bind `v`, decoded into *want, must be beside well typed. Returns 0, or -1 with
 * d->err set.
 */
MUST_CHECK int bind_check(const struct decode *d, const json_t *v,
			  const struct json_pointer *at, struct want *want);

/* A list of binds, into a struct wants: with an error, what was read has to be freed. */
extern const struct field_type read_as_binds;
