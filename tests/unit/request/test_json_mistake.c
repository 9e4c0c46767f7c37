/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are no JSON: where they stop to be it, and what is said of them. */
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "request/json_mistake.h"
#include "suite.h"

/* clang-format off */
static const struct { const char *text; size_t offset; const char *says; } mistakes[] = {
	{ "",                              0, "nothing" },
	{ " \n",                           2, "nothing" },
	{ "binds:\n  - source: /a\n",      0, "YAML" },
	{ "---\nbinds: []\n",              0, "YAML" },
	{ "- source: /a\n",                0, "YAML" },
	{ "{'source': '/a'}",              1, "double quotes" },
	{ "{\"a\": '/a'}",                 6, "double quotes" },
	{ "{\xe2\x80\x9c" "a\xe2\x80\x9d: 1}", 1, "straight double quotes" },
	{ "{source: 1}",                   1, "names in double quotes" },
	{ "{\"source\": /a}",             11, "texts in double quotes" },
	{ "{\"state\": mounted}",         10, "texts in double quotes" },
	{ "{\"a\": 1,}",                   8, "a comma too many" },
	{ "[1, 2,\n]",                     7, "a comma too many" },
	{ "[1,,2]",                        3, "a comma too many" },
	{ "{\"a\": 1 \"b\": 2}",           8, "a comma missing" },
	{ "{\"a\" : 1 \"b\": 2}",          9, "a comma missing" },
	{ "[{} {}]",                       4, "a comma missing" },
	{ "{\"a\" 1}",                     5, "':' between" },
	{ "{\"a\" = 1}",                   5, "':' between" },
	{ "{\"a\": True}",                 6, "JSON writes true" },
	{ "{\"a\": no}",                   6, "JSON writes false" },
	{ "{\"a\": None}",                 6, "JSON writes null" },
	{ "{} // end",                     3, "no comments" },
	{ "# mine\n{}",                    0, "no comments" },
	{ "{\"a\": [1}",                   8, "'[' of line 1 is still open" },
	{ "{\n\"a\": [1,\n",              11, "'[' of line 2 is not closed" },
	{ "{\"a\": \"b",                   6, "not closed" },
	{ "{\"a\": \"b\\",                 6, "not closed" },
	{ "{\"a\": \"b\nc\"}",             6, "not closed on its line" },
	{ "{\"a\": \"\\x\"}",              7, "backslash as \\\\" },
	{ "{\"a\": 0750}",                 6, "unexpected '0750'" },
	{ "{\"a\": b-c_d.e+f9Z z}",        6, "unexpected 'b-c_d.e+f9Z'" },
	{ "{}{}",                          2, "ends before it" },
	{ "{}}",                           2, "ends before it" },
	{ "source=/a target=/b",           0, "KEY=VALUE" },
	{ "\xef\xbb\xbf{}",                0, "byte order mark" },
	{ "\xff\xfe{",                     0, "UTF-16" },
	{ "[[[[[[[[[[[[[[[[[",            16, "too many" },
};

static const char *const right[] = {
	"{}", "[]", " 7 ", " [ ] ", "\t{ }\r\n", "[ 1 , 2 ]", "{ \"a\" : 1 , \"b\" : [ ] }", "\"a b~\"",
	"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "[[[]],[]]", "[{},{\"a\":{}}]", "-1.5e+3", "null", "\"\\u00e4\\\\\"",
	"{\"a\": [1, true, null, {\"b\": \"c\"}], \"d\": {}}",
	"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
};
/* clang-format on */

START_TEST(is_found)
{
	struct json_mistake found = {0};
	const char *text = mistakes[_i].text;

	ck_assert_msg(json_mistake_find(text, strlen(text), &found), "taken: %s", text);
	ck_assert_msg(found.offset == mistakes[_i].offset &&
			      strstr(found.text, mistakes[_i].says),
		      "%s: at %zu: %s", text, found.offset, found.text);
}
END_TEST

START_TEST(is_none)
{
	struct json_mistake found = {0};

	ck_assert_msg(!json_mistake_find(right[_i], strlen(right[_i]), &found), "%s: %s",
		      right[_i], found.text);
}
END_TEST

/* What is cut anywhere is no crash, and nothing beyond its end is read. */
START_TEST(any_part)
{
	struct json_mistake found = {0};
	const char *text = mistakes[_i].text;

	for (size_t n = 0; n <= strlen(text); n++) {
		char *part = malloc(1 + n); /* of nothing at all a sanitizer gives a byte */

		memcpy(part + 1, text, n);
		(void)json_mistake_find(part + 1, n, &found);
		ck_assert_uint_le(found.offset, strlen(text));
		free(part);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_mistake");

	tcase_add_loop_test(tests, is_found, 0, (int)ARRAY_LEN(mistakes));
	tcase_add_loop_test(tests, is_none, 0, (int)ARRAY_LEN(right));
	tcase_add_loop_test(tests, any_part, 0, (int)ARRAY_LEN(mistakes));
	return suite_run("json_mistake", tests);
}
