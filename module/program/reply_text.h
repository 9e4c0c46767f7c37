/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a reply, for people. */
#pragma once

#include <jansson.h>

#include "base/strbuf.h"

/* The text of a member; "" where there is none. Owned by the object. */
const char *member_text(const json_t *object, const char *name);

/* What is wrong with a bind, by the codes: a list of its own; NULL when there is no memory. */
json_t *drift_codes(const json_t *bind);

/*
 * Add a text as people may read it: nothing in it breaks the line, sends the terminal a
 * command or turns the reading direction. Each byte of a control character (C0, DEL, C1),
 * of a line separator, of a sign for bidirectional text, and of what is no UTF-8 becomes a
 * backslash and three octal digits. The rest stays, backslashes too. A text that is NULL,
 * as strbuf_text() has it, is a piece that `out` misses.
 */
void put_escaped(struct strbuf *out, const char *text);

/* How many columns that takes, a character of it one; for this no memory is needed. */
size_t escaped_columns(const char *text);

/* Put `TARGET: why` for a bind that failed, `warning TARGET: what` for a warning; not
 * escaped. */
void put_failure(struct strbuf *line, const json_t *bind);
void put_warning(struct strbuf *line, const json_t *warning);

/* One line that `put` writes of an object, escaped. */
void put_line(struct strbuf *out, void (*put)(struct strbuf *line, const json_t *object),
	      const json_t *object);

/* A text, and such a line, as a JSON string: a new reference; NULL when there is no memory. */
json_t *text_of(const struct strbuf *text);
json_t *line_of(const json_t *object,
		void (*put)(struct strbuf *line, const json_t *object));
