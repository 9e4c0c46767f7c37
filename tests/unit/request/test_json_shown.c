/* SPDX-License-Identifier: Apache-2.0 */
/* How an error shows a value of a request. */
#include <string.h>

#include "base/macro.h"
#include "request/json_shown.h"
#include "suite.h"

#define N40 "1234567890123456789012345678901234567890"

/* clang-format off */
static const struct { const char *json; const char *shown; } rows[] = {
	{ "\"\"",                     "\"\"" },
	{ "\"a b\"",                  "\"a b\"" },
	{ "\"" N40 "12345678\"",      "\"" N40 "12345678\"" },
	{ "\"" N40 "123456789\"",     "\"" N40 "12345678...\"" },
	/* no letter is cut in two */
	{ "\"" N40 "1234567\xc3\xa4\"",         "\"" N40 "1234567...\"" },
	{ "\"" N40 "123456\xc3\xa4\"",          "\"" N40 "123456\xc3\xa4\"" },
	{ "\"" N40 "123456\xc3\xa4" "9\"",      "\"" N40 "123456\xc3\xa4...\"" },
	{ "\"" N40 "12345\xf0\x9f\x98\x80\"",   "\"" N40 "12345...\"" },
	{ "\"" N40 "12345678\xf0\x9f\x98\x80\"", "\"" N40 "12345678...\"" },
	{ "\"a\\nb\"",                 "\"a?b\"" },
	{ "\"\\u001b[2J\x7f\"",         "\"?[2J?\"" },
	{ "7",                        "7" },
	{ "-9223372036854775808",     "-9223372036854775808" },
	{ "0.5",                      "0.5" },
	{ "1e300",                    "1e+300" },
	{ "true",                     "true" },
	{ "false",                    "false" },
	{ "null",                     "null" },
	{ "[]",                       "a list" },
	{ "[1]",                      "a list" },
	{ "{}",                       "an object" },
	{ "{\"a\": 1}",               "an object" },
};
/* clang-format on */

START_TEST(shows)
{
	json_t *v = json_loads(rows[_i].json, JSON_DECODE_ANY, NULL);
	char buf[JSON_SHOWN_SIZE];

	ck_assert_msg(v, "%s", rows[_i].json);
	ck_assert_str_eq(json_shown(v, buf), rows[_i].shown);
	json_decref(v);
}
END_TEST

/* It may be nothing but pieces of letters, were it no UTF-8. */
START_TEST(ends_where_no_letter_begins)
{
	char text[64];
	char buf[JSON_SHOWN_SIZE];
	json_t *v = NULL;

	memset(text, '\x80', sizeof(text));
	v = json_stringn_nocheck(text, sizeof(text));
	ck_assert_ptr_nonnull(v);
	ck_assert_str_eq(json_shown(v, buf), "\"...\"");
	json_decref(v);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_shown");

	tcase_add_loop_test(tests, shows, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tests, ends_where_no_letter_begins);
	return suite_run("json_shown", tests);
}
