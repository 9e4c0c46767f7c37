/* SPDX-License-Identifier: Apache-2.0 */
#include "request/json_mistake.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "request/json_parse.h"
#include "request/json_token.h"

struct scan {
	const char *start;
	const char *p;
	const char *end;
	const char *open[JSONTEXT_MAX_DEPTH]; /* the brackets that are not closed yet */
	size_t depth;
	struct json_mistake *ret;
};

PRINTF_LIKE(3, 4)
static int mistake(struct scan *s, const char *at, const char *fmt, ...)
{
	va_list args;

	s->ret->offset = (size_t)(at - s->start);
	va_start(args, fmt);
	(void)vsnprintf(s->ret->text, sizeof(s->ret->text), fmt, args);
	va_end(args);
	return -1;
}

static unsigned line_of(const struct scan *s, const char *at)
{
	unsigned line = 1;

	for (const char *p = s->start; p < at; p++)
		line += *p == '\n';
	return line;
}

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && strchr(" \t\r\n", *s->p) && *s->p != '\0')
		s->p++;
}

/* The text is at its end, or at what nothing in JSON begins with at this place. */
static int unexpected(struct scan *s, const char *hint)
{
	const struct json_token token = json_token_at(s->p, s->end);
	const char *open = s->depth > 0 ? s->open[s->depth - 1] : NULL;

	if (s->p == s->end && open)
		return mistake(s, s->p,
			       "the text ends, and the '%c' of line %u is not closed",
			       *open, line_of(s, open));
	if (s->p == s->end)
		return mistake(s, s->p, "there is nothing in it");
	if (*s->p == '\0')
		return mistake(s, s->p, "unexpected NUL byte");
	if (token.hint)
		hint = token.hint;
	return mistake(s, s->p, "unexpected '%.*s'%s%s", (int)token.length, s->p,
		       hint ? "; " : "", hint ? hint : "");
}

static int scan_string(struct scan *s)
{
	const char *opening = s->p++;

	for (; s->p < s->end && *s->p != '"'; s->p++) {
		if ((unsigned char)*s->p < ' ')
			return mistake(s, opening,
				       "a text is not closed on its line; JSON writes a "
				       "line's end in it as \\n, a tab as \\t");
		if (*s->p != '\\' || s->p + 1 == s->end)
			continue;
		s->p++;
		if (*s->p == '\0' || !strchr("\"\\/bfnrtu", *s->p))
			return mistake(s, s->p - 1,
				       "unexpected '\\'; JSON writes a backslash as \\\\");
	}
	if (s->p == s->end)
		return mistake(s, opening, "a text is not closed");
	s->p++;
	return 0;
}

static int scan_value(struct scan *s);

/* At the byte that closes the last bracket. */
static int close_bracket(struct scan *s)
{
	s->p++;
	s->depth--;
	return 0;
}

/* Behind a value in a bracket. Returns 1 where another one follows, 0 at the closing one. */
static int scan_comma(struct scan *s, char closing)
{
	skip_blanks(s);
	if (s->p < s->end && *s->p == ',') {
		s->p++;
		skip_blanks(s);
		if (s->p < s->end && (*s->p == ']' || *s->p == '}'))
			return unexpected(s, "is there a comma too many before it?");
		return 1;
	}
	if (s->p < s->end && *s->p == closing)
		return close_bracket(s);
	if (s->p < s->end && strchr("\"{[-0123456789tfn", *s->p))
		return unexpected(s, "is a comma missing before it?");
	if (s->p < s->end && (*s->p == ']' || *s->p == '}'))
		return mistake(s, s->p,
			       "unexpected '%c'; the '%c' of line %u is still open", *s->p,
			       *s->open[s->depth - 1], line_of(s, s->open[s->depth - 1]));
	return unexpected(s, NULL);
}

static int scan_member(struct scan *s)
{
	skip_blanks(s);
	if (s->p == s->end || *s->p != '"')
		return unexpected(s, json_token_is_word(s->p, s->end)
					     ? "JSON wants names in double quotes"
					     : NULL);
	if (scan_string(s) < 0)
		return -1;
	skip_blanks(s);
	if (s->p == s->end || *s->p != ':')
		return unexpected(s, "JSON wants a ':' between name and value");
	s->p++;
	return scan_value(s);
}

static int scan_bracket(struct scan *s)
{
	bool is_object = *s->p == '{';
	char closing = is_object ? '}' : ']';
	int more = 0;

	if (s->depth == ARRAY_LEN(s->open))
		return mistake(s, s->p, "unexpected '%c'; too many of them are open",
			       *s->p);
	s->open[s->depth++] = s->p++;
	skip_blanks(s);
	if (s->p < s->end && *s->p == closing)
		return close_bracket(s);
	do {
		if ((is_object ? scan_member : scan_value)(s) < 0)
			return -1;
		more = scan_comma(s, closing);
	} while (more > 0);
	return more;
}

static int scan_value(struct scan *s)
{
	const char *after = NULL;

	skip_blanks(s);
	if (s->p < s->end && (*s->p == '{' || *s->p == '['))
		return scan_bracket(s);
	if (s->p < s->end && *s->p == '"')
		return scan_string(s);
	after = json_token_value_end(s->p, s->end);
	if (!after)
		return unexpected(s, json_token_is_word(s->p, s->end)
					     ? "JSON wants texts in double quotes"
					     : NULL);
	s->p = after;
	return 0;
}

bool json_mistake_find(const char *text, size_t size, struct json_mistake *ret)
{
	struct scan s = {.start = text, .p = text, .end = text + size, .ret = ret};
	const char *hint = NULL;

	skip_blanks(&s);
	hint = json_token_foreign(s.p, s.end);
	if (!hint && scan_value(&s) < 0)
		return true;
	skip_blanks(&s);
	if (!hint && s.p == s.end)
		return false;
	(void)unexpected(&s, hint ? hint : "the request ends before it");
	return true;
}
