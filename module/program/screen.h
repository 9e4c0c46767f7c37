/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for a person, line by line: labels at the left, sentences broken at blanks where the
 * terminal ends, names never. What is handed over is escaped here; it may be any text.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "base/strbuf.h"

enum colour { COLOUR_NONE, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_RED, COLOUR_COUNT_ };

struct screen {
	struct strbuf text;
	size_t width;       /* columns; 0: lines are not broken */
	size_t label_width; /* of the column at the left, with its blanks */
	bool has_colour;
	bool shows_all; /* and does not sum up what is alike */
	bool has_diff;
};

struct screen_label {
	const char *text;
	enum colour colour;
};

/*
 * Whether the lines go on to a program, such as head(1), grep(1) or a log: what matters most stands
 * at the top then, a sentence and what it is about in one line. A person reads from the bottom up.
 */
static inline bool screen_is_unbroken(const struct screen *s)
{
	return s->width == 0;
}

/* A line `LABEL TEXT`; what does not fit goes on under the text. */
void screen_line(struct screen *s, struct screen_label label, const char *text);

/* A line `LABEL NAME NOTE`, notes below each other where the names are no longer than that. */
void screen_row(struct screen *s, struct screen_label label, const char *name,
		size_t name_width, const char *note);

/* A line that goes on with what the one before it began, `indent` columns in. */
void screen_more(struct screen *s, size_t indent, const char *text);

/* The same as screen_line(), `indent` columns in. */
void screen_indented(struct screen *s, size_t indent, struct screen_label label,
		     const char *text);

/* A line of its own, from the left on; what does not fit goes on `indent` columns in. */
void screen_hanging(struct screen *s, size_t indent, const char *text);

/* A text on the line that is not ended yet, filled with blanks up to `width` columns. */
void screen_cell(struct screen *s, enum colour colour, const char *text, size_t width);

/* A number with a comma before every three digits. Returns buf. */
#define SCREEN_NUMBER_SIZE 32
const char *screen_number(size_t n, char buf[SCREEN_NUMBER_SIZE]);
