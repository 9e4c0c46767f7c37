/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The length of the sequence that `text` begins with, and its code point in *ret, which may
 * be NULL. 0 at the end of the text, and where there is none: a stray or cut sequence, one
 * that is longer than it need be, half of a UTF-16 pair.
 */
size_t utf8_decode(const char *text, uint32_t *ret);
