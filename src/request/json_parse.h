/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as text: bounded before it is parsed, and parsed by jansson. A syntax error or
 * a duplicate member is reported with the JSON Pointer of the place where it stands, which
 * jansson does not give.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"

#define JSONTEXT_MAX_BYTES  (16u << 20)
#define JSONTEXT_MAX_DEPTH  16u
#define JSONTEXT_MAX_VALUES 2000000u

/*
 * Parse `size` bytes of text into *ret (a new reference). Before jansson sees it the text
 * is walked once, so that a request over the limits above costs no memory. Returns 0, or -1
 * with ERROR_REQUEST or ERROR_MEMORY.
 */
MUST_CHECK int jsontext_parse(const char *text, size_t size, json_t **ret,
			      struct error *err);

/*
 * Write the JSON Pointer of the value that stands at `offset` in text into buf, always
 * terminated. The text before the offset must be well formed.
 */
void jsontext_locate(const char *text, size_t offset, char *buf, size_t size);
