/* SPDX-License-Identifier: Apache-2.0 */
/* Which option a misspelt one may have been meant to be. */
#pragma once

#include "base/near_miss.h"

/*
 * "; did you mean 'WORD'?" of the words of the table that one can ask for of a bind, or "".
 * Returns buf.
 */
const char *option_near_text(const char *text, size_t length, char buf[NEAR_MISS_SIZE]);

/* The flags that must be there where they are named, with blanks between them. */
#define OPTION_FLAGS_SIZE 256
const char *option_flags_text(char buf[OPTION_FLAGS_SIZE]);
