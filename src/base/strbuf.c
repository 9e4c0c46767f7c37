/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Where `n` more bytes and the NUL find room; NULL where they do not. */
static char *room(struct strbuf *buf, size_t n)
{
	if (!buf->failed && ARRAY_RESERVE(buf->bytes, buf->size, n + 1) < 0)
		buf->failed = true;
	return buf->failed ? NULL : buf->bytes + buf->size;
}

void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t n)
{
	char *end = room(buf, n);

	if (!end)
		return;
	if (n > 0)
		memcpy(end, bytes, n);
	end[n] = '\0';
	buf->size += n;
}

void strbuf_add(struct strbuf *buf, const char *text)
{
	strbuf_add_bytes(buf, text, strlen(text));
}

void strbuf_addf(struct strbuf *buf, const char *fmt, ...)
{
	va_list args;
	va_list again;
	char *end = NULL;
	int n = 0;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		buf->failed = true;
	else
		end = room(buf, (size_t)n);
	if (end) {
		(void)vsnprintf(end, (size_t)n + 1, fmt, again);
		buf->size += (size_t)n;
	}
	va_end(again);
}

const char *strbuf_text(const struct strbuf *buf)
{
	if (buf->failed)
		return NULL;
	return buf->bytes ? buf->bytes : "";
}

char *strbuf_steal(struct strbuf *buf)
{
	char *text = NULL;

	strbuf_add_bytes(buf, "", 0);
	if (!buf->failed)
		text = STEAL(buf->bytes);
	strbuf_done(buf);
	return text;
}

void strbuf_done(struct strbuf *buf)
{
	int saved = errno;

	free(buf->bytes);
	*buf = (struct strbuf){0};
	errno = saved;
}
