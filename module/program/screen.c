/* SPDX-License-Identifier: Apache-2.0 */
#include "screen.h"

#include <stdio.h>
#include <string.h>

#include "reply_text.h"

/* A sentence beside a name needs so many columns to be read; else it goes below. */
#define NOTE_LEAST 30u

/* Of text that is escaped: all but the bytes within a character. */
static size_t columns_of(const char *text, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)text[i] & 0xc0u) != 0x80u;
	return columns;
}

static void put_blanks(struct screen *s, size_t n)
{
	for (; n > 0; n--)
		strbuf_add(&s->text, " ");
}

/* Text from `column` on; further lines begin at `indent`. Blanks stay as they are. */
static void put_words(struct screen *s, size_t column, size_t indent, const char *text)
{
	bool is_first = true;

	for (const char *word = text; word; is_first = false) {
		const char *blank = strchr(word, ' ');
		size_t n = blank ? (size_t)(blank - word) : strlen(word);
		size_t columns = columns_of(word, n);

		if (!is_first && s->width > 0 && column + 1 + columns > s->width) {
			strbuf_add(&s->text, "\n");
			put_blanks(s, indent);
			column = indent;
		} else if (!is_first) {
			strbuf_add(&s->text, " ");
			column++;
		}
		strbuf_add_bytes(&s->text, word, n);
		column += columns;
		word = blank ? blank + 1 : NULL;
	}
}

static void put_text(struct screen *s, size_t column, size_t indent, const char *text)
{
	scoped_strbuf escaped = {0};

	put_escaped(&escaped, text);
	s->text.failed |= escaped.failed;
	if (strbuf_text(&escaped))
		put_words(s, column, indent, strbuf_text(&escaped));
	strbuf_add(&s->text, "\n");
}

void screen_cell(struct screen *s, enum colour colour, const char *text, size_t width)
{
	static const char *const colours[COLOUR_COUNT_] = {
		[COLOUR_GREEN] = "\033[32m",
		[COLOUR_YELLOW] = "\033[33m",
		[COLOUR_RED] = "\033[31m",
	};
	const char *begin = s->has_colour ? colours[colour] : NULL;
	size_t columns = escaped_columns(text);

	strbuf_add(&s->text, begin ? begin : "");
	put_escaped(&s->text, text);
	strbuf_add(&s->text, begin ? "\033[0m" : "");
	put_blanks(s, width > columns ? width - columns : 0);
}

static void put_label(struct screen *s, struct screen_label label)
{
	size_t n = strlen(label.text) + 1;

	screen_cell(s, label.colour, label.text, n > s->label_width ? n : s->label_width);
}

void screen_indented(struct screen *s, size_t indent, struct screen_label label,
		     const char *text)
{
	size_t at = indent + s->label_width;

	put_blanks(s, indent);
	put_label(s, label);
	put_text(s, at, at, text);
}

void screen_line(struct screen *s, struct screen_label label, const char *text)
{
	screen_indented(s, 0, label, text);
}

void screen_row(struct screen *s, struct screen_label label, const char *name,
		size_t name_width, const char *note)
{
	size_t columns = escaped_columns(name);
	size_t at = s->label_width + (columns > name_width ? columns : name_width) + 2;

	put_label(s, label);
	put_escaped(&s->text, name);
	if (s->width > 0 && at + NOTE_LEAST > s->width &&
	    at + escaped_columns(note) > s->width) {
		strbuf_add(&s->text, "\n");
		screen_more(s, s->label_width + 2, note);
		return;
	}
	put_blanks(s, at - s->label_width - columns);
	put_text(s, at, at, note);
}

void screen_more(struct screen *s, size_t indent, const char *text)
{
	put_blanks(s, indent);
	put_text(s, indent, indent, text);
}

void screen_hanging(struct screen *s, size_t indent, const char *text)
{
	put_text(s, 0, indent, text);
}

const char *screen_number(size_t n, char buf[SCREEN_NUMBER_SIZE])
{
	char digits[24];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%zu", n);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buf[used++] = ',';
		buf[used++] = digits[i];
	}
	buf[used] = '\0';
	return buf;
}
