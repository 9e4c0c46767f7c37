/* The one place that writes to standard output. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/macro.h"

/*
 * Make sure that descriptors 0 to 2 are taken, so that no file that is opened later becomes
 * standard output. A missing standard output stays one that cannot be written.
 */
void output_guard(void);

/* One line of ASCII. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_json(const json_t *reply);

/* Text as it is. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_text(const char *text);

/* The reply when there is no memory for one: needs none itself. */
MUST_CHECK int output_no_memory(bool changed);
