/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a text that should be JSON: where each ends, and what is said of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "request/json_token.h"
#include "suite.h"

/* The text alone in memory, without a NUL: what is read behind it is seen by a sanitizer. */
static char *copy_of(const char *text, const char **ret_end)
{
	size_t n = strlen(text);
	char *copy = malloc(1 + n); /* of nothing at all a sanitizer gives a byte */

	ck_assert_ptr_nonnull(copy);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): it shall not be. */
	memcpy(copy + 1, text, n);
	*ret_end = copy + 1 + n;
	return copy + 1;
}

#define TRUE_   "JSON writes true"
#define FALSE_  "JSON writes false"
#define NULL_   "JSON writes null"
#define DOUBLE  "JSON wants double quotes"
#define CURLY   "JSON wants straight double quotes"
#define COMMENT "JSON has no comments"

/* clang-format off */
static const struct { const char *text; size_t length; const char *hint; } shown[] = {
	{ "",                 0, NULL },
	{ "a",                1, NULL },
	{ "azAZ09_-.+ b",    10, NULL },
	{ "b:c",              1, NULL },
	{ "`a`",              1, DOUBLE },
	{ "{b",               1, NULL },
	{ "@b",               1, NULL },
	{ "[b",               1, NULL },
	{ "'a'",              1, DOUBLE },
	{ "\xe2\x80\x9c" "a", 3, CURLY },
	{ "\xe2\x80\x9d" "a", 3, CURLY },
	{ "\xe2\x80\x9e" "a", 3, CURLY },
	{ "\xe2\x80\x98" "a", 3, NULL },
	{ "\xc2\xa0" "a",     2, "it is a blank that only looks like one" },
	{ "\xf0\x9f\x98\x80", 4, NULL },
	{ "\xf0\x9f\x98\x80" "b", 4, NULL },
	{ "\xf0\x9f\x98",     1, NULL },
	{ "\xff" "a",         1, NULL },
	{ "\xe2\x80",         1, NULL },
	{ "// a",             1, COMMENT },
	{ "/* a",             1, COMMENT },
	{ "# a",              1, COMMENT },
	{ "/",                1, "JSON wants texts in double quotes" },
	{ "/a",               1, "JSON wants texts in double quotes" },
	{ "= a",              1, "JSON has ':' between name and value" },
	{ ", a",              1, "is there a comma too many?" },
	{ "True",             4, TRUE_ },
	{ "TRUE",             4, TRUE_ },
	{ "yes,",             3, TRUE_ },
	{ "on",               2, TRUE_ },
	{ "False",            5, FALSE_ },
	{ "FALSE}",           5, FALSE_ },
	{ "no",               2, FALSE_ },
	{ "off",              3, FALSE_ },
	{ "None",             4, NULL_ },
	{ "nil",              3, NULL_ },
	{ "undef",            5, NULL_ },
	/* of a word only the whole one means that */
	{ "Truest",           6, NULL },
	{ "TRUE1",            5, NULL },
	{ "yes-man",          7, NULL },
	{ "once",             4, NULL },
	{ "Falsely",          7, NULL },
	{ "FALSE_",           6, NULL },
	{ "none",             4, NULL },
	{ "nothing",          7, NULL },
	{ "offer",            5, NULL },
	{ "None.",            5, NULL },
	{ "nils",             4, NULL },
	{ "undefined",        9, NULL },
	/* a long one is shown in part */
	{ "12345678901234567890123456789012",  32, NULL },
	{ "123456789012345678901234567890123", 32, NULL },
};
/* clang-format on */

START_TEST(is_shown)
{
	const char *end = NULL;
	char *text = copy_of(shown[_i].text, &end);
	const struct json_token found = json_token_at(text, end);

	ck_assert_msg(found.length == shown[_i].length, "'%s': %zu", shown[_i].text,
		      found.length);
	ck_assert_pstr_eq(found.hint, shown[_i].hint);
	free(text - 1);
}
END_TEST

/* What stands before the bar is a value; a text without one begins with none. */
/* clang-format off */
static const char *const values[] = {
	"0|", "-0|", "7|", "10|", "1234567890|", "-12|", "0.5|", "-0.5|", "10.25|", "1e5|", "1E5|", "1e+5|",
	"1e-5|", "1.5e10|", "0e0|", "true|", "false|", "null|", "0|]", "1|}", "1|,2", "1|:", "1| 2", "1|\n",
	"1.5|]", "1e5|]", "true|]", "null|,", "false|}", "1|\"", "0|/", "9|;",
	"", "-", "--1", "+1", "01", "-01", "00", ".5", "1.", "1.]", "1.e5", "1e", "1e]", "1e+", "1E-]", "1e+-5",
	"-a", "a", "tru", "truE", "True", "nul", "fals", "truefalse", "true1", "null_", "false-", "1a", "1.5.5",
	"1-2", "1+2", "1_000", "0x1f", "1e5e5", "07.5", "\"1\"", "[", "NaN", "-Infinity", " 1",
};
/* clang-format on */

START_TEST(is_a_value)
{
	const char *bar = strchr(values[_i], '|');
	const char *end = NULL;
	char joined[64];
	char *text = NULL;
	const char *after = NULL;

	(void)snprintf(joined, sizeof(joined), "%.*s%s",
		       (int)(bar ? (size_t)(bar - values[_i]) : strlen(values[_i])),
		       values[_i], bar ? bar + 1 : "");
	text = copy_of(joined, &end);
	after = json_token_value_end(text, end);
	ck_assert_msg((after != NULL) == (bar != NULL), "%s", values[_i]);
	if (bar)
		ck_assert_msg(after - text == bar - values[_i], "%s: %zd", values[_i],
			      after - text);
	free(text - 1);
}
END_TEST

/* A NUL is no digit, though every text of digits ends with one. */
START_TEST(a_nul_ends_a_number)
{
	static const char text[] = "12\0003";

	ck_assert_ptr_eq(json_token_value_end(text, text + 4), text + 2);
}
END_TEST

/* clang-format off */
static const struct { const char *text; const char *says; } others[] = {
	{ "\xef\xbb\xbf{}",   "it is a byte order mark; save the text without one" },
	{ "\xff\xfe{",        "this is UTF-16; save the text as UTF-8" },
	{ "\xfe\xff{",        "this is UTF-16; save the text as UTF-8" },
	{ "---",              "is this YAML?" },
	{ "- a",              "is this YAML?" },
	{ "%YAML 1.2",        "is this YAML?" },
	{ "binds:",           "is this YAML?" },
	{ "a: b",             "is this YAML?" },
	{ "_a: b",            "is this YAML?" },
	{ "Z-1.x: b",         "is this YAML?" },
	{ "source=/a",        "KEY=VALUE words stand behind the command, not in a file" },
	{ "A=b",              "KEY=VALUE words stand behind the command, not in a file" },
	{ "a=",               NULL },
	{ "a= b",             NULL },
	{ "a",                NULL },
	{ "a b: c",           NULL },
	{ "true",             NULL },
	{ "1: 2",             NULL },
	{ "-1",               NULL },
	{ "--",               NULL },
	{ "{}",               NULL },
	{ "",                 NULL },
	{ ":",                NULL },
	{ "=a",               NULL },
	{ "\xef\xbb",         NULL },
	{ "%YAM",             NULL },
};
/* clang-format on */

START_TEST(is_another_format)
{
	const char *end = NULL;
	char *text = copy_of(others[_i].text, &end);

	ck_assert_pstr_eq(json_token_foreign(text, end), others[_i].says);
	free(text - 1);
}
END_TEST

START_TEST(a_word_begins_with_a_letter)
{
	static const char letters[] = "azAZ_mM";
	static const char none[] = "`{@[0-.+ \"'";

	for (const char *c = letters; *c; c++)
		ck_assert_msg(json_token_is_word(c, c + 1), "'%c'", *c);
	for (const char *c = none; *c; c++)
		ck_assert_msg(!json_token_is_word(c, c + 1), "'%c'", *c);
	ck_assert(!json_token_is_word(letters, letters));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_token");

	tcase_add_loop_test(tests, is_shown, 0, (int)ARRAY_LEN(shown));
	tcase_add_loop_test(tests, is_a_value, 0, (int)ARRAY_LEN(values));
	tcase_add_test(tests, a_nul_ends_a_number);
	tcase_add_loop_test(tests, is_another_format, 0, (int)ARRAY_LEN(others));
	tcase_add_test(tests, a_word_begins_with_a_letter);
	return suite_run("json_token", tests);
}
