/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a reply as people see them. */
#include <stdbool.h>
#include <string.h>

#include "base/macro.h"
#include "program/reply_text.h"
#include "suite.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	const char *shown;
} rows[] = {
	{"nothing",               "",                      ""},
	{"plain",                 "/srv/a b",              "/srv/a b"},
	{"backslash",             "a\\b",                  "a\\b"},
	{"line feed",             "a\nb",                  "a\\012b"},
	{"escape",                "\x1b[31m",              "\\033[31m"},
	{"first C0",              "\x01",                  "\\001"},
	{"last C0",               "\x1f ",                 "\\037 "},
	{"DEL",                   "~\x7f",                 "~\\177"},
	{"C1 as UTF-8",           "x\xc2\x9b" "31m",       "x\\302\\23331m"},
	{"first C1",              "\xc2\x80",              "\\302\\200"},
	{"last C1",               "\xc2\x9f",              "\\302\\237"},
	{"after C1",              "\xc2\xa0",              "\xc2\xa0"},
	{"raw C1",                "x\x9b" "31m",           "x\\23331m"},
	{"no UTF-8",              "\xff\xc3",              "\\377\\303"},
	{"overlong escape",       "\xc0\x9b",              "\\300\\233"},
	{"letters",               "\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xbe",
	                          "\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xbe"},
	{"hebrew",                "\xd7\xa9",              "\xd7\xa9"},
	{"line separator",        "\xe2\x80\xa8",          "\\342\\200\\250"},
	{"paragraph separator",   "\xe2\x80\xa9",          "\\342\\200\\251"},
	{"mixed",                 "a\xe2\x80\xae\xc3\xa9\xc2\x85z", "a\\342\\200\\256\xc3\xa9\\302\\205z"},
};
/* clang-format on */

START_TEST(escapes)
{
	struct strbuf out = {0};

	put_escaped(&out, rows[_i].text);
	ck_assert_msg(strcmp(strbuf_text(&out), rows[_i].shown) == 0, "%s: '%s'",
		      rows[_i].name, strbuf_text(&out));
	strbuf_done(&out);
}
END_TEST

/* The signs by which text runs the other way, and those beside them. */
START_TEST(keeps_the_direction)
{
	static const unsigned hidden[] = {0x61c,  0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
					  0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};
	static const unsigned shown[] = {0x61b,  0x61d,  0x200d, 0x2010,
					 0x2027, 0x202f, 0x2065, 0x206a};

	for (size_t i = 0; i < ARRAY_LEN(hidden) + ARRAY_LEN(shown); i++) {
		bool is_hidden = i < ARRAY_LEN(hidden);
		unsigned code = is_hidden ? hidden[i] : shown[i - ARRAY_LEN(hidden)];
		struct strbuf out = {0};
		char text[4] = {0};

		if (code < 0x800) {
			text[0] = (char)(0xc0 | code >> 6);
			text[1] = (char)(0x80 | (code & 0x3f));
		} else {
			text[0] = (char)(0xe0 | code >> 12);
			text[1] = (char)(0x80 | (code >> 6 & 0x3f));
			text[2] = (char)(0x80 | (code & 0x3f));
		}
		put_escaped(&out, text);
		ck_assert_msg((strcmp(strbuf_text(&out), text) != 0) == is_hidden,
			      "U+%04X: '%s'", code, strbuf_text(&out));
		strbuf_done(&out);
	}
}
END_TEST

START_TEST(misses_what_is_missing)
{
	struct strbuf out = {0};

	put_escaped(&out, "a");
	put_escaped(&out, NULL);
	put_escaped(&out, "b");
	ck_assert_ptr_null(strbuf_text(&out));
	ck_assert_ptr_null(text_of(&out));
	strbuf_done(&out);
}
END_TEST

START_TEST(lines)
{
	json_t *bind =
		json_pack("{s:s, s:{s:s}}", "target", "/a\x1b", "error", "msg", "b\nc");
	json_t *named = json_pack("{s:s, s:s}", "target", "/a\x1b", "msg", "b\nc");
	json_t *other = json_pack("{s:s, s:n}", "msg", "b", "target");
	json_t *line = line_of(bind, put_failure);
	struct strbuf out = {0};

	ck_assert_str_eq(json_string_value(line), "/a\\033: b\\012c");
	json_decref(line);
	put_line(&out, put_warning, named);
	strbuf_add(&out, "\n");
	put_line(&out, put_warning, other);
	ck_assert_str_eq(strbuf_text(&out), "warning /a\\033: b\\012c\nwarning: b");
	strbuf_done(&out);
	json_decref(bind);
	json_decref(named);
	json_decref(other);
}
END_TEST

START_TEST(members)
{
	json_t *object = json_pack("{s:s, s:i}", "text", "a", "number", 1);

	ck_assert_str_eq(member_text(object, "text"), "a");
	ck_assert_str_eq(member_text(object, "number"), "");
	ck_assert_str_eq(member_text(object, "other"), "");
	ck_assert_str_eq(member_text(NULL, "text"), "");
	json_decref(object);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("reply_text");

	tcase_add_loop_test(tests, escapes, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, keeps_the_direction);
	tcase_add_test(tests, misses_what_is_missing);
	tcase_add_test(tests, lines);
	tcase_add_test(tests, members);
	return suite_run("reply_text", tests);
}
