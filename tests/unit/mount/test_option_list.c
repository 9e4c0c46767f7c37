/* SPDX-License-Identifier: Apache-2.0 */
/* Where the words of a list of options end. */
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "mount/option_list.h"
#include "suite.h"

/* A list; its words, one a line, with '~' behind one that not all see; what is no word. */
/* clang-format off */
static const struct { const char *list; const char *words; const char *rest; } rows[] = {
	{ "",                  "", "" },
	{ ",,",                "", "" },
	{ "ro",                "ro\n", "" },
	{ "bind,ro,nosuid",    "bind\nro\nnosuid\n", "" },
	{ ",bind,,ro,",        "bind\nro\n", "" },
	{ " bind, ro ",        " bind\n ro \n", "" },
	{ "x=\"a,b\",ro",      "x=\"a,b\"\nro\n", "" },
	{ "x=a\"b,c\"d\"e,\",ro", "x=a\"b,c\"d\"e,\"\nro\n", "" },
	{ "\"ro,rw\"",         "\"ro,rw\"\n", "" },
	{ "ro,x=\"a,rw",       "ro\n", "x=\"a,rw" },
	{ "\"",                "", "\"" },
	{ "ro,,\"a",           "ro\n", "\"a" },
	{ "x='a,b'",           "x='a\nb'\n", "" },
	{ "x=a\\,rw,ro",       "x=a\\\nrw~\nro\n", "" },
	{ "x=a\\,,rw",         "x=a\\\nrw\n", "" },
	{ "x=a\\,b\\,c",       "x=a\\\nb\\~\nc~\n", "" },
	{ "x=\"a\\,b\",c",     "x=\"a\\,b\"\nc\n", "" },
	{ "a=b=c,d",           "a=b=c\nd\n", "" },
};
/* clang-format on */

START_TEST(words_end_at_commas)
{
	const char *at = rows[_i].list;
	struct mount_option option = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	while (mount_option_next(&at, &option))
		(void)fprintf(out, "%.*s%s\n", (int)option.length, option.text,
			      option.is_ambiguous ? "~" : "");
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_str_eq(text, rows[_i].words);
	ck_assert_str_eq(at, rows[_i].rest);
	/* Once at the end, always there. */
	ck_assert(!mount_option_next(&at, &option));
	ck_assert_str_eq(at, rows[_i].rest);
	free(text);
}
END_TEST

/* Those without a backslash, of which each version makes something else. */
START_TEST(they_end_where_libmount_says)
{
	char *list = strdup(rows[_i].list);
	char *theirs = list;
	const char *ours = list;
	struct mount_option option = {0};
	char *name = NULL;
	char *value = NULL;
	size_t name_length = 0;
	size_t value_length = 0;
	int r = 0;

	while (!strchr(list, '\\') && mount_option_next(&ours, &option)) {
		r = mnt_optstr_next_option(&theirs, &name, &name_length, &value,
					   &value_length);
		ck_assert_msg(r == 0, "%s: %d", rows[_i].list, r);
		ck_assert_ptr_eq(option.text, name);
		ck_assert_uint_eq(option.length,
				  value ? (size_t)(value + value_length - name)
					: name_length);
	}
	/* an open quote is an end to it as well */
	if (!strchr(list, '\\'))
		ck_assert_int_ne(mnt_optstr_next_option(&theirs, &name, &name_length,
							&value, &value_length),
				 0);
	free(list);
}
END_TEST

START_TEST(blanks_around_a_word)
{
	static const struct {
		const char *text;
		const char *word;
	} trimmed[] = {
		{"ro", "ro"},     {" ro", "ro"}, {"ro  ", "ro"},
		{" a b ", "a b"}, {"  ", ""},    {"\tro", "\tro"},
	};

	for (size_t i = 0; i < ARRAY_LEN(trimmed); i++) {
		struct mount_option option = {
			.text = trimmed[i].text,
			.length = strlen(trimmed[i].text),
		};

		mount_option_trim(&option);
		ck_assert_msg(option.length == strlen(trimmed[i].word) &&
				      mount_option_is(&option, trimmed[i].word),
			      "'%s': '%.*s'", trimmed[i].text, (int)option.length,
			      option.text);
		ck_assert(mount_option_is_certain(&option) ==
			  (strcmp(trimmed[i].word, "ro") == 0));
	}
}
END_TEST

START_TEST(words_are_compared_whole)
{
	const char *at = "x-robind.set=a,rw";
	struct mount_option option = {0};

	ck_assert(mount_option_next(&at, &option));
	ck_assert(mount_option_begins(&option, "x-robind") &&
		  mount_option_begins(&option, ""));
	ck_assert(mount_option_is(&option, "x-robind.set=a"));
	ck_assert(!mount_option_is(&option, "x-robind") &&
		  !mount_option_is(&option, "x-robind.set=a,rw"));
	ck_assert(!mount_option_begins(&option, "x-robind.set=a,"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("option_list");

	tcase_add_loop_test(tests, words_end_at_commas, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, they_end_where_libmount_says, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, blanks_around_a_word);
	tcase_add_test(tests, words_are_compared_whole);
	return suite_run("option_list", tests);
}
