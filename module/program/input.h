/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a request's text, within a bound. */
#pragma once

#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"

/*
 * Read the file `name`, or standard input for "-", up to `most` bytes and one more, which
 * tells that there were more. *ret is allocated. Returns 0, or -1 with ERROR_INPUT or
 * ERROR_MEMORY.
 */
MUST_CHECK int input_read(const char *name, size_t most, char **ret, size_t *ret_size,
			  struct error *err);
