/* SPDX-License-Identifier: Apache-2.0 */
#include "request/json_token.h"

#include <stdint.h>
#include <string.h>

#include "base/macro.h"
#include "base/utf8.h"

#define SHOWN_MAX 32u

static const char digits[] = "0123456789";

static bool is_in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '+';
}

static size_t word_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && is_in_word(p[n]))
		n++;
	return n;
}

bool json_token_is_word(const char *p, const char *end)
{
	return p < end &&
	       ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_');
}

static bool begins(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/* The length of the character at `p`; 1 for a byte that is none. */
static size_t character_length(const char *p, const char *end)
{
	char copy[5] = "";
	size_t n = (size_t)(end - p) < 4 ? (size_t)(end - p) : 4;

	memcpy(copy, p, n);
	n = utf8_decode(copy, NULL);
	return n ? n : 1;
}

struct json_token json_token_at(const char *p, const char *end)
{
	/* clang-format off */
	/* What is a word counts as a whole alone. */
	static const struct { const char *text; const char *hint; } known[] = {
		{ "'",            "JSON wants double quotes" },
		{ "\xe2\x80\x9c", "JSON wants straight double quotes" },
		{ "\xe2\x80\x9d", "JSON wants straight double quotes" },
		{ "\xe2\x80\x9e", "JSON wants straight double quotes" },
		{ "\xc2\xa0",     "it is a blank that only looks like one" },
		{ "`",            "JSON wants double quotes" },
		{ "//",           "JSON has no comments" },
		{ "/*",           "JSON has no comments" },
		{ "#",            "JSON has no comments" },
		{ "/",            "JSON wants texts in double quotes" },
		{ "=",            "JSON has ':' between name and value" },
		{ ",",            "is there a comma too many?" },
		{ "True",         "JSON writes true" },
		{ "TRUE",         "JSON writes true" },
		{ "yes",          "JSON writes true" },
		{ "on",           "JSON writes true" },
		{ "False",        "JSON writes false" },
		{ "FALSE",        "JSON writes false" },
		{ "no",           "JSON writes false" },
		{ "off",          "JSON writes false" },
		{ "None",         "JSON writes null" },
		{ "nil",          "JSON writes null" },
		{ "undef",        "JSON writes null" },
	};
	/* clang-format on */
	struct json_token token = {.length = word_length(p, end)};

	if (p < end && token.length == 0)
		token.length = character_length(p, end);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (begins(p, end, known[i].text) &&
		    (!is_in_word(known[i].text[0]) ||
		     token.length == strlen(known[i].text))) {
			token.hint = known[i].hint;
			break;
		}
	}
	if (token.length > SHOWN_MAX)
		token.length = SHOWN_MAX;
	return token;
}

/* Behind the digits at `p`; NULL: there is none. */
static const char *digits_end(const char *p, const char *end)
{
	const char *first = p;

	while (p < end && *p != '\0' && strchr(digits, *p))
		p++;
	return p > first ? p : NULL;
}

static const char *number_end(const char *p, const char *end)
{
	const char *first = p < end && *p == '-' ? p + 1 : p;

	p = digits_end(first, end);
	if (!p || (*first == '0' && p - first > 1))
		return NULL;
	if (p < end && *p == '.')
		p = digits_end(p + 1, end);
	if (!p || p == end || (*p != 'e' && *p != 'E'))
		return p;
	p++;
	return digits_end(p < end && (*p == '-' || *p == '+') ? p + 1 : p, end);
}

const char *json_token_value_end(const char *p, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *after = number_end(p, end);

	for (size_t i = 0; !after && i < ARRAY_LEN(words); i++) {
		if (begins(p, end, words[i]))
			after = p + strlen(words[i]);
	}
	return after && (after == end || !is_in_word(*after)) ? after : NULL;
}

const char *json_token_foreign(const char *p, const char *end)
{
	size_t n = word_length(p, end);
	const char *after = p + n;

	if (begins(p, end, "\xef\xbb\xbf"))
		return "it is a byte order mark; save the text without one";
	if (begins(p, end, "\xff\xfe") || begins(p, end, "\xfe\xff"))
		return "this is UTF-16; save the text as UTF-8";
	if (begins(p, end, "---") || begins(p, end, "- ") || begins(p, end, "%YAML"))
		return "is this YAML?";
	if (!json_token_is_word(p, end) || after == end)
		return NULL;
	if (*after == ':')
		return "is this YAML?";
	if (*after == '=' && after + 1 < end && after[1] != ' ')
		return "KEY=VALUE words stand behind the command, not in a file";
	return NULL;
}
