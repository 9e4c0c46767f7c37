/* A reply for people: one line for each bind that is not ok, then the summary. */
#pragma once

#include <jansson.h>

#include "base/macro.h"

/* Write the reply as text. Returns 0, or -1 when it could not be written whole. */
MUST_CHECK int text_write(const json_t *reply);
