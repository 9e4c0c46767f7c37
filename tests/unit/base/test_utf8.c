/* SPDX-License-Identifier: Apache-2.0 */
/* What is UTF-8, and what is not. */
#include <jansson.h>
#include <stdbool.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "suite.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	size_t length;
	uint32_t code;
} rows[] = {
	{"the end",               "",                 0, 0},
	{"ASCII",                 "ab",               1, 'a'},
	{"DEL",                   "\x7f",             1, 0x7f},
	{"least of two",          "\xc2\x80",         2, 0x80},
	{"greatest of two",       "\xdf\xbfx",        2, 0x7ff},
	{"least of three",        "\xe0\xa0\x80",     3, 0x800},
	{"greatest of three",     "\xef\xbf\xbf",     3, 0xffff},
	{"least of four",         "\xf0\x90\x80\x80", 4, 0x10000},
	{"greatest of four",      "\xf4\x8f\xbf\xbf", 4, 0x10ffff},
	{"raw C1",                "\x9b",             0, 0},
	{"overlong of two",       "\xc1\xbf",         0, 0},
	{"overlong of three",     "\xe0\x9f\xbf",     0, 0},
	{"overlong of four",      "\xf0\x8f\xbf\xbf", 0, 0},
	{"overlong NUL",          "\xc0\x80",         0, 0},
	{"too great",             "\xf4\x90\x80\x80", 0, 0},
	{"first of five",         "\xf8\x88\x80\x80\x80", 0, 0},
	{"first of six",          "\xfc\x84\x80\x80\x80\x80", 0, 0},
	{"high surrogate",        "\xed\xa0\x80",     0, 0},
	{"low surrogate",         "\xed\xbf\xbf",     0, 0},
	{"before the surrogates", "\xed\x9f\xbf",     3, 0xd7ff},
	{"after the surrogates",  "\xee\x80\x80",     3, 0xe000},
	{"cut by the end, two",   "\xc3",             0, 0},
	{"cut by the end, three", "\xe2\x82",         0, 0},
	{"cut by the end, four",  "\xf0\x9f\x92",     0, 0},
	{"cut by another",        "\xe2\x82\xc3\xa9", 0, 0},
};
/* clang-format on */

START_TEST(decodes)
{
	uint32_t code = 0;
	size_t n = utf8_decode(rows[_i].text, &code);

	ck_assert_msg(n == rows[_i].length && code == rows[_i].code,
		      "%s: %zu bytes, U+%04X", rows[_i].name, n, code);
	ck_assert_uint_eq(utf8_decode(rows[_i].text, NULL), n);
}
END_TEST

static bool is_utf8(const char *text)
{
	size_t n = utf8_decode(text, NULL);

	while (n > 0 && text[n] != '\0') {
		text += n;
		n = utf8_decode(text, NULL);
	}
	return n > 0;
}

/* What jansson would refuse in a reply is what is escaped for it, and nothing else. */
START_TEST(agrees_with_jansson)
{
	for (unsigned a = 1; a < 256; a++) {
		for (unsigned b = 1; b < 256; b++) {
			const char text[] = {(char)a, (char)b, '\0'};
			const char longer[] = {(char)a, (char)b, (char)0x80, '\0'};
			json_t *json = json_string(text);
			json_t *other = json_string(longer);

			ck_assert_msg(is_utf8(text) == (json != NULL), "%02x %02x", a, b);
			ck_assert_msg(is_utf8(longer) == (other != NULL), "%02x %02x 80", a,
				      b);
			json_decref(json);
			json_decref(other);
		}
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("utf8");

	tcase_add_loop_test(tests, decodes, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, agrees_with_jansson);
	return suite_run("utf8", tests);
}
