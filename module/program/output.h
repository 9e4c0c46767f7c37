/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that writes to standard output. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/macro.h"

/* Give standard output its room: to write to it takes no memory from here on. */
void output_reserve(void);

/* A tree as one line of ASCII. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_json(const json_t *tree);

/* Text as it is. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_text(const char *text);
