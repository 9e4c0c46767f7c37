/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text that is put together piece by piece. Running out of memory is remembered, so that
 * nobody has to ask at each piece: once, at the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

/* {0} is an empty one. */
struct strbuf {
	char *bytes; /* NUL-terminated; NULL before the first piece */
	size_t size;
	bool failed; /* a piece is missing: no further one is taken */
};

/* Add text; `n` bytes, which may be any; or what printf would print. */
void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t n);
PRINTF_LIKE(2, 3) void strbuf_addf(struct strbuf *buf, const char *fmt, ...);

/* The text, "" without a piece; NULL when one is missing. Owned by the buffer. */
const char *strbuf_text(const struct strbuf *buf);

/*
 * Give the text away, allocated, and leave an empty buffer. NULL when there was no memory
 * for a piece, or there is none now.
 */
MUST_CHECK char *strbuf_steal(struct strbuf *buf);

/* Free what it owns and begin anew; safe twice; errno survives. */
void strbuf_done(struct strbuf *buf);

#define scoped_strbuf __attribute__((cleanup(strbuf_done))) struct strbuf
