/* SPDX-License-Identifier: Apache-2.0 */
/* A request as text: what is taken, what is refused, where, and what is said of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "suite.h"

/* A text that may hold NUL bytes. */
#define TEXT(s) s, sizeof(s) - 1

/* clang-format off */
static const struct { const char *name; const char *text; size_t size; const char *at; } refused[] = {
	{ "empty",                   TEXT(""),                                 "" },
	{ "blank",                   TEXT(" \t\r\n"),                          "" },
	{ "no JSON",                 TEXT("binds"),                            "" },
	{ "true in capitals",        TEXT("{\"diff\": True}"),                 "/diff" },
	{ "unfinished object",       TEXT("{\"binds\""),                       "/binds" },
	{ "unfinished array",        TEXT("{\"binds\": [{}, {\"a\": 1"),       "/binds/1/a" },
	{ "unfinished string",       TEXT("{\"a\": \"b"),                      "/a" },
	{ "unfinished escape",       TEXT("{\"a\": \"b\\"),                    "/a" },
	{ "comma at the end",        TEXT("[1, 2,]"),                          "/2" },
	{ "comma for a colon",       TEXT("{\"a\", 1}"),                       "/a" },
	{ "closed by the other",     TEXT("{\"a\": [1}"),                      "/a/0" },
	{ "closed too early",        TEXT("{\"a\": [{\"b\": }]}"),             "/a/0/b" },
	{ "a comment",               TEXT("// none\n{}"),                      "" },
	{ "text behind the end",     TEXT("{\"a\": 1} x"),                     "" },
	{ "a second document",       TEXT("{}{}"),                             "" },
	{ "a bracket too many",      TEXT("{}}"),                              "" },
	{ "NUL behind the end",      TEXT("{}\0"),                             "" },
	{ "NUL between values",      TEXT("[1,\0 2]"),                         "/1" },
	{ "raw NUL in a string",     TEXT("{\"a\": \"b\0c\"}"),                "/a" },
	{ "line end in a string",    TEXT("{\"a\": \"b\nc\"}"),                "/a" },
	{ "byte order mark",         TEXT("\xef\xbb\xbf{}"),                   "" },
	{ "no UTF-8",                TEXT("{\"a\": [0, \"\xff\"]}"),           "/a/1" },
	{ "UTF-8 cut short",         TEXT("{\"a\": \"\xc3\"}"),                "/a" },
	{ "UTF-8 too long",          TEXT("{\"a\": \"\xc0\xaf\"}"),            "/a" },
	{ "UTF-8 of a surrogate",    TEXT("{\"a\": \"\xed\xa0\x80\"}"),        "/a" },
	{ "UTF-8 beyond Unicode",    TEXT("{\"a\": \"\xf4\x90\x80\x80\"}"),    "/a" },
	{ "no UTF-8 in a key",       TEXT("{\"a\": 1, \"\xff\": 2}"),          "" },
	{ "high surrogate alone",    TEXT("{\"a\": \"\\ud800\"}"),             "/a" },
	{ "high surrogate, letter",  TEXT("{\"a\": \"\\ud800b\"}"),            "/a" },
	{ "two high surrogates",     TEXT("{\"a\": \"\\ud800\\ud800\"}"),      "/a" },
	{ "low surrogate alone",     TEXT("{\"a\": \"\\udc00\"}"),             "/a" },
	{ "escape of no letter",     TEXT("{\"a\": \"\\x41\"}"),               "/a" },
	{ "escape of no number",     TEXT("{\"a\": \"\\u00g0\"}"),             "/a" },
	{ "number too large",        TEXT("{\"a\": 9223372036854775808}"),     "/a" },
	{ "number with a zero",      TEXT("{\"a\": 01}"),                      "/a" },
	{ "no number",               TEXT("{\"a\": NaN}"),                     "/a" },
	{ "key twice",               TEXT("{\"a\": 1, \"b\": 2, \"a\": 1}"),   "/a" },
	{ "key twice, deep",         TEXT("[{}, {\"a\": {\"b\": 1, \"b\": 2}}]"), "/1/a/b" },
	{ "key twice, one escaped",  TEXT("{\"a\": 1, \"\\u0061\": 2}"),       "/a" },
	{ "key of nothing twice",    TEXT("{\"\": 1, \"\": 2}"),               "/" },
	{ "key with a slash twice",  TEXT("{\"a/b~\": 1, \"a/b~\": 2}"),       "/a~1b~0" },
};
/* clang-format on */

/* The text alone in memory: what is read behind it is seen by a sanitizer. */
static int parse_alone(const char *text, size_t size, json_t **ret, struct error *err)
{
	char *copy = malloc(1 + size); /* of nothing at all a sanitizer gives a byte */
	int r = 0;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy + 1, text, size);
	r = jsontext_parse(copy + 1, size, ret, err);
	free(copy);
	return r;
}

START_TEST(refuses_and_points_at_it)
{
	struct error err = {0};
	json_t *doc = NULL;

	ck_assert_msg(parse_alone(refused[_i].text, refused[_i].size, &doc, &err) == -1,
		      "%s: taken", refused[_i].name);
	ck_assert_msg(!doc, "%s: left a document", refused[_i].name);
	ck_assert_msg(err.kind == ERROR_REQUEST && err.text[0] != '\0', "%s: %s '%s'",
		      refused[_i].name, error_code(err.kind), err.text);
	ck_assert_msg(strcmp(err.at, refused[_i].at) == 0, "%s: '%s' at '%s', not '%s'",
		      refused[_i].name, err.text, err.at, refused[_i].at);
}
END_TEST

/* Where it is in the text, and what is said of it; column 0: only the line is known. */
/* clang-format off */
static const struct { const char *text; size_t size; unsigned line; unsigned column; const char *says; } told[] = {
	{ TEXT(""),                            1, 1,  "not JSON: there is nothing in it" },
	{ TEXT(" \n"),                         2, 1,  "not JSON: there is nothing in it" },
	{ TEXT("x"),                           1, 1,  "not JSON: unexpected 'x'; JSON wants texts in double quotes" },
	{ TEXT("}"),                           1, 1,  "not JSON: unexpected '}'" },
	{ TEXT("{\n  \"a\": tru\n}"),          2, 8,  "not JSON: unexpected 'tru'; JSON wants texts in double quotes" },
	{ TEXT("{\"\xc3\xa4\xe2\x82\xac\": x}"), 1, 8, "not JSON: unexpected 'x'; JSON wants texts in double quotes" },
	{ TEXT("{\"a\": 1\n"),                 2, 1,  "not JSON: the text ends, and the '{' of line 1 is not closed" },
	{ TEXT("{}}"),                         1, 3,  "not JSON: unexpected '}'; the request ends before it" },
	{ TEXT("[1,\n\0 2]"),                  2, 1,  "not JSON: unexpected NUL byte" },
	{ TEXT("{\n\n \"a\": 1,\n \"a\": 2}"), 4, 0,  "must not be given twice" },
	/* what the grammar alone does not tell */
	{ TEXT("{\"a\": [0, \"\xff\"]}"),      1, 11, "not JSON: unable to decode byte 0xff near '\"'" },
	{ TEXT("[\"\xff\"]"),                  1, 2,  "not JSON: unable to decode byte 0xff near '\"'" },
	{ TEXT("{\"a\":\n \"\xc3\"}"),        2, 2,  "not JSON: unable to decode byte 0xc3 near '\"'" },
	{ TEXT("{\"a\": \"\\ud800\"}"),       1, 14, "not JSON: invalid Unicode '\\uD800' near '\"\\ud800\"'" },
	{ TEXT("[\n9223372036854775808]"),     2, 19, "not JSON: too big integer near '9223372036854775808'" },
	{ TEXT("{\"\\u0000\": }"),             1, 9,  "not JSON: NUL byte in object key not supported near '\"\\u0000\"'" },
	/* of two mistakes the first */
	{ TEXT("[\"\xff\", x]"),               1, 2,  "not JSON: unable to decode byte 0xff near '\"'" },
	{ TEXT("[x, \"\xff\"]"),               1, 2,  "not JSON: unexpected 'x'; JSON wants texts in double quotes" },
};
/* clang-format on */

START_TEST(says_where_and_what)
{
	struct error err = {0};
	json_t *doc = NULL;

	ck_assert_int_eq(parse_alone(told[_i].text, told[_i].size, &doc, &err), -1);
	ck_assert_str_eq(err.text, told[_i].says);
	ck_assert_int_eq(err.number, 0);
	ck_assert_msg(err.line == told[_i].line && err.column == told[_i].column,
		      "%s: %u:%u", err.text, err.line, err.column);
}
END_TEST

/* clang-format off */
static const struct { const char *name; const char *text; size_t size; const char *same; } taken[] = {
	{ "object",            TEXT("{\"a\": [1, true, null, 0.5, \"x\"]}"), "{\"a\":[1,true,null,0.5,\"x\"]}" },
	{ "scalar",            TEXT(" 7\n"),                       "7" },
	{ "null",              TEXT("null"),                       "null" },
	{ "empty key",         TEXT("{\"\": {}}"),                 "{\"\":{}}" },
	{ "one key per level", TEXT("{\"a\": {\"a\": 1}}"),        "{\"a\":{\"a\":1}}" },
	{ "escaped NUL",       TEXT("\"a\\u0000b\""),              "\"a\\u0000b\"" },
	{ "surrogate pair",    TEXT("\"\\ud83d\\ude00\""),         "\"\xf0\x9f\x98\x80\"" },
	{ "last of Unicode",   TEXT("\"\xf4\x8f\xbf\xbf\""),       "\"\xf4\x8f\xbf\xbf\"" },
	{ "brackets in text",  TEXT("[\"[[[[[[[[[[[[[[[[[[\", \"\\\"{{{{{{{{{{{{{{{{{{\"]"),
	                       "[\"[[[[[[[[[[[[[[[[[[\",\"\\\"{{{{{{{{{{{{{{{{{{\"]" },
	{ "largest number",    TEXT("9223372036854775807"),        "9223372036854775807" },
	{ "no bytes behind it", "{}}", 2,                          "{}" },
};
/* clang-format on */

START_TEST(takes)
{
	struct error err = {0};
	json_t *doc = NULL;
	char *found = NULL;

	ck_assert_msg(parse_alone(taken[_i].text, taken[_i].size, &doc, &err) == 0,
		      "%s: %s", taken[_i].name, err.text);
	found = json_dumps(doc, JSON_ENCODE_ANY | JSON_COMPACT);
	ck_assert_msg(found && strcmp(found, taken[_i].same) == 0, "%s: %s", taken[_i].name,
		      found);
	free(found);
	json_decref(doc);
}
END_TEST

/* ---- the place of a byte ---- */

/* `|` stands before the byte that is asked for, and is not part of the text. */
/* clang-format off */
static const struct { const char *text; const char *at; } places[] = {
	{ "|{}",                                    "" },
	{ "{\"a\": |1}",                            "/a" },
	{ "{\"a\": 1, \"b\": |2}",                  "/b" },
	{ "[|1, 2]",                                "/0" },
	{ "[1, |2]",                                "/1" },
	{ "[[], [0, {\"a\": [|1]}]]",               "/1/1/a/0" },
	{ "{\"a\": {\"b\": 1}, \"c\": |2}",         "/c" },
	{ "{\"a\": {\"b\": 1}|, \"c\": 2}",         "/a" },
	{ "{\"a\\\"],{\": |1}",                     "/a\"],{" },
	{ "{\"\\u00e4/~\": |1}",                    "/\xc3\xa4~1~0" },
	{ "{\"a\": \"b\", \"c\": [\"d,e\", |1]}",   "/c/1" },
	{ "{|",                                     "" },
	{ "{\"a\": [1],|}",                         "" },
	{ "{\"a\": {\"b\": 1, |2}}",                "/a" },
	{ "{\"a\": [{|",                            "/a/0" },
};
/* clang-format on */

START_TEST(locates)
{
	const char *bar = strchr(places[_i].text, '|');
	size_t offset = (size_t)(bar - places[_i].text);
	char text[64];
	char found[64];

	(void)snprintf(text, sizeof(text), "%.*s%s", (int)offset, places[_i].text, bar + 1);
	jsontext_locate(text, offset, found, sizeof(found));
	ck_assert_msg(strcmp(found, places[_i].at) == 0, "%s: '%s', not '%s'",
		      places[_i].text, found, places[_i].at);
}
END_TEST

START_TEST(a_pointer_without_room_is_cut)
{
	static const char text[] = "{\"a long member\": [{\"b\": 1}]}";
	char found[8];

	memset(found, 'x', sizeof(found));
	jsontext_locate(text, strlen(text) - 4, found, sizeof(found) - 1);
	ck_assert_int_eq(found[sizeof(found) - 2], '\0');
	ck_assert_int_eq(found[sizeof(found) - 1], 'x');
	ck_assert_msg(strncmp("/a long member/0/b", found, strlen(found)) == 0, "%s",
		      found);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_parse");

	tcase_add_loop_test(tests, refuses_and_points_at_it, 0, ARRAY_LEN(refused));
	tcase_add_loop_test(tests, says_where_and_what, 0, ARRAY_LEN(told));
	tcase_add_loop_test(tests, takes, 0, ARRAY_LEN(taken));
	tcase_add_loop_test(tests, locates, 0, ARRAY_LEN(places));
	tcase_add_test(tests, a_pointer_without_room_is_cut);
	return suite_run("json_parse", tests);
}
