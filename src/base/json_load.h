/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text as jansson reads it, but whole or not at all: alone jansson loses characters of a text
 * where memory runs out while it reads, and says nothing. Pure.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "base/macro.h"

/*
 * The value that `size` bytes of text are, any value: a new reference. No member may be there
 * twice, a text may hold NUL. NULL with errno 0 where it is none, which `e` tells as json_loadb()
 * does; NULL with errno ENOMEM where there is no memory.
 */
MUST_CHECK json_t *json_load(const char *text, size_t size, json_error_t *e);
