/* The one place that writes to standard output. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/macro.h"

/* One line of ASCII. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_json(const json_t *reply);

/* Text as it is. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int output_text(const char *text);

/* The reply when there is no memory for one: needs none itself. */
MUST_CHECK int output_no_memory(bool changed);
