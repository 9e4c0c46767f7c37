/* SPDX-License-Identifier: Apache-2.0 */
/* Single words of an fstab line's options are changed, and every other byte stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/strbuf.h"
#include "fstab/options.h"
#include "suite.h"

static void split(const char *raw, struct fstab_options *ret)
{
	ck_assert_int_eq(fstab_options_split(raw, strlen(raw), ret), 0);
}

/*
 * Options as they are written; the words that go, by number; one that is replaced by
 * "new"; those that are added; the options then.
 */
/* clang-format off */
static const struct {
	const char *raw;
	const char *removed;
	const char *replaced;
	const char *added[3];
	const char *want;
} renders[] = {
	/* as it was */
	{ "bind,ro",        "", "", { NULL }, "bind,ro" },
	{ "",               "", "", { NULL }, "" },
	{ ",",              "", "", { NULL }, "," },
	{ ",,bind,,ro,",    "", "", { NULL }, ",,bind,,ro," },
	{ "bi\\156d,r\\157", "", "", { NULL }, "bi\\156d,r\\157" },
	{ "a\\054b",        "", "", { NULL }, "a\\054b" },
	{ "x=\"a,b",        "", "", { NULL }, "x=\"a,b" },
	{ "ro,x=\"a,b",     "", "", { NULL }, "ro,x=\"a,b" },
	{ "x=a\\134,b",     "", "", { NULL }, "x=a\\134,b" },
	/* added */
	{ "",               "", "", { "x" }, "x" },
	{ "",               "", "", { "x", "y" }, "x,y" },
	{ "",               "", "", { "a b" }, "a\\040b" },
	{ "a",              "", "", { "x", "x" }, "a,x" },
	{ "a,b",            "", "", { "x", "y" }, "a,b,x,y" },
	{ "a,",             "", "", { "x" }, "a,x" },
	{ ",",              "", "", { "x" }, "x" },
	{ "a,,",            "", "", { "x" }, "a,,x" },
	{ "a\\134",         "", "", { "x", "y" }, "a\\134,,x,y" },
	{ "a\\134,",        "", "", { "x" }, "a\\134,,x" },
	{ "a\\134,,",       "", "", { "x" }, "a\\134,,x" },
	{ "a\\134\\054",    "", "", { "x" }, "a\\134\\054,x" },
	{ "a\\",            "", "", { "x" }, "a\\,,x" },
	/* removed */
	{ "a",              "0",  "", { NULL }, "" },
	{ "a,b,c",          "0",  "", { NULL }, "b,c" },
	{ "a,b,c",          "1",  "", { NULL }, "a,c" },
	{ "a,b,c",          "2",  "", { NULL }, "a,b" },
	{ "a,b,c",          "01", "", { NULL }, "c" },
	{ "a,b,c",          "12", "", { NULL }, "a" },
	{ "a,b,c",          "02", "", { NULL }, "b" },
	{ "a,b,c",          "012", "", { NULL }, "" },
	{ "a,,b,c",         "1",  "", { NULL }, "a,,c" },
	{ "a,b,",           "1",  "", { NULL }, "a" },
	{ "a,b,",           "0",  "", { NULL }, "b," },
	{ "a,b\\054c",      "1",  "", { NULL }, "a,c" },
	{ "a\\054b\\054c",  "1",  "", { NULL }, "a\\054c" },
	{ "a\\134,b,c",     "1",  "", { NULL }, "a\\134,,c" },
	{ "a\\134,b",       "1",  "", { NULL }, "a\\134" },
	{ "a\\134,b",       "0",  "", { NULL }, "b" },
	{ "a,b,x=\"c",      "1",  "", { NULL }, "a,x=\"c" },
	{ "a,x=\"c",        "0",  "", { NULL }, "x=\"c" },
	{ "a\\134,b,x=\"c", "1",  "", { NULL }, "a\\134,,x=\"c" },
	/* replaced */
	{ "a",              "",  "0", { NULL }, "new" },
	{ "a,,b,c",         "",  "1", { NULL }, "a,,new,c" },
	{ "\\141,b",        "",  "0", { NULL }, "new,b" },
	/* several at once */
	{ "a,b",            "0", "",  { "x" }, "b,x" },
	{ "a,b",            "1", "",  { "x" }, "a,x" },
	{ "a,b",            "01", "", { "x", "y" }, "x,y" },
	{ "a,b,c",          "2", "1", { "x" }, "a,new,x" },
	{ "a,b,c",          "0", "1", { "x" }, "new,c,x" },
	{ "a,x=\"c",        "",  "",  { "x" }, "a,x,x=\"c" },
	{ "x=\"c",          "",  "",  { "x" }, "x,x=\"c" },
	{ "a,,x=\"c",       "0", "",  { "x" }, "x,x=\"c" },
	{ "a\\134,b",       "1", "",  { "x" }, "a\\134,,x" },
};
/* clang-format on */

START_TEST(words_are_changed)
{
	struct fstab_options words = {0};
	char *have = NULL;

	split(renders[_i].raw, &words);
	for (const char *c = renders[_i].removed; *c != '\0'; c++)
		words.items[*c - '0'].removed = true;
	for (const char *c = renders[_i].replaced; *c != '\0'; c++)
		ck_assert_int_eq(fstab_option_replace(&words.items[*c - '0'], "new"), 0);
	for (size_t i = 0; i < ARRAY_LEN(renders[_i].added) && renders[_i].added[i]; i++)
		ck_assert_int_eq(fstab_options_add(&words, renders[_i].added[i]), 0);
	have = fstab_options_render(&words);
	ck_assert_msg(have && strcmp(have, renders[_i].want) == 0, "%s: %s, not %s",
		      renders[_i].raw, have, renders[_i].want);
	free(have);
	fstab_options_done(&words);
}
END_TEST

/* ---- every change of some lists, read again ---- */

/* clang-format off */
static const char *const lists[] = {
	"a,b,c", ",a,,b,", "a,x=\"b,c\",d", "a\\134,b,c", "a\\134,b\\134,c", "a\\134,,b", "a\\054b,c\\134",
	"a,b,\\134,c", "a,x=\"b,c", "",
};
/* clang-format on */

static void append(char *text, size_t size, const struct mount_option *option)
{
	size_t used = strlen(text);

	(void)snprintf(text + used, size - used, "%.*s\n", (int)option->length,
		       option->text);
}

/* The words of a text, a line each. */
static void read_words(const char *text, char *buf, size_t size)
{
	struct mount_option option = {0};

	buf[0] = '\0';
	while (mount_option_next(&text, &option))
		append(buf, size, &option);
}

/* The words whose bits are not in `gone`, and two new ones: these are what is read again. */
static void change(const char *raw, unsigned gone, bool is_added)
{
	struct fstab_options words = {0};
	struct fstab_options again = {0};
	char want[128] = "";
	char have[128];
	char *made = NULL;

	split(raw, &words);
	for (size_t i = 0; i < words.count; i++) {
		words.items[i].removed = (gone >> i & 1) != 0;
		if (!words.items[i].removed)
			append(want, sizeof(want), &words.items[i].option);
	}
	if (is_added) {
		ck_assert_int_eq(fstab_options_add(&words, "ro"), 0);
		ck_assert_int_eq(fstab_options_add(&words, "x-a"), 0);
		(void)strncat(want, "ro\nx-a\n", sizeof(want) - strlen(want) - 1);
	}
	made = fstab_options_render(&words);
	ck_assert_ptr_nonnull(made);
	split(made, &again);
	read_words(again.text, have, sizeof(have));
	ck_assert_msg(strcmp(have, want) == 0, "%s without %#x: %s", raw, gone, made);
	if (is_added) {
		/* all who read it see the new words */
		ck_assert_msg(fstab_options_find(&again, "ro") &&
				      fstab_options_find(&again, "x-a"),
			      "%s without %#x: %s", raw, gone, made);
		ck_assert(fstab_options_say(&again, MOUNT_FLAG_RDONLY, MOUNT_FLAG_RDONLY));
	}
	fstab_options_done(&words);
	fstab_options_done(&again);
	free(made);
}

START_TEST(what_is_left_is_read_again)
{
	for (unsigned gone = 0; gone < 16; gone++) {
		change(lists[_i], gone, false);
		change(lists[_i], gone, true);
	}
}
END_TEST

/* ---- what a line says, for all who read it ---- */

#define RO MOUNT_FLAG_RDONLY
#define EX MOUNT_FLAG_NOEXEC
#define AT MOUNT_FLAG_ATIME_MASK

/* clang-format off */
static const struct { const char *raw; uint32_t mask; uint32_t value; bool says; } said[] = {
	{ "bind",             RO, RO, false },
	{ "bind,ro",          RO, RO, true },
	{ "bind,ro,rw",       RO, RO, false },
	{ "bind,rw,ro",       RO, RO, false }, /* some take the first one */
	{ "ro=recursive",     RO, RO, false },
	{ "ro,ro=recursive",  RO, RO, true },
	{ "ro,rw=recursive",  RO, RO, false },
	{ "x=a\\134,ro",      RO, RO, false },
	{ "x=a\\134,,ro",     RO, RO, true },
	{ "ro,x=a\\134,rw",   RO, RO, false },
	{ "x=\"ro\"",         RO, RO, false },
	{ "x=\",ro,\"",       RO, RO, false },
	{ "users",            EX, EX, true },
	{ "users,exec",       EX, EX, false },
	{ "users,exec",       EX, 0,  true },
	{ "exec,users",       EX, 0,  false },
	{ "users",            EX, 0,  false },
	{ "owner",            EX, EX, false },
	{ "noatime",          AT, MOUNT_FLAG_NOATIME, true },
	{ "noatime,relatime", AT, MOUNT_FLAG_NOATIME, false },
	{ "noatime,atime",    AT, MOUNT_FLAG_NOATIME, false },
	{ "atime",            AT, 0, false },
	{ "relatime,atime",   AT, 0, true },
	{ "relatime,norelatime", AT, 0, false },
	{ "private",          OPTION_SHARING, 0, true },
	{ "rprivate",         OPTION_SHARING, 0, true },
	{ "bind,ro",          OPTION_SHARING, 0, false },
	{ "private,rslave",   OPTION_SHARING, 0, false },
};
/* clang-format on */

START_TEST(what_a_line_says)
{
	struct fstab_options words = {0};

	split(said[_i].raw, &words);
	ck_assert_msg(fstab_options_say(&words, said[_i].mask, said[_i].value) ==
			      said[_i].says,
		      "%s: %#x of %#x", said[_i].raw, said[_i].value, said[_i].mask);
	fstab_options_done(&words);
}
END_TEST

/* A word that is gone, or replaced, says nothing any more. */
START_TEST(changed_words_are_not_there)
{
	struct fstab_options words = {0};

	split("ro,rw,bind,bind", &words);
	ck_assert_ptr_eq(fstab_options_find(&words, "bind"), &words.items[2]);
	words.items[2].removed = true;
	ck_assert_ptr_eq(fstab_options_find(&words, "bind"), &words.items[3]);
	ck_assert_ptr_eq(fstab_options_find_prefix(&words, "bi"), &words.items[3]);
	ck_assert_int_eq(fstab_option_replace(&words.items[3], "rbind"), 0);
	ck_assert_ptr_null(fstab_options_find(&words, "bind"));
	ck_assert(fstab_option_contradicts(&words.items[1], RO, RO));
	ck_assert(!fstab_options_say(&words, RO, RO));
	words.items[1].removed = true;
	ck_assert(!fstab_option_contradicts(&words.items[1], RO, RO));
	ck_assert(fstab_options_say(&words, RO, RO));
	fstab_options_done(&words);
}
END_TEST

/* So many that the table of them has grown several times. */
START_TEST(many_words_are_added_once)
{
	enum { MANY = 100 };
	struct fstab_options words = {0};
	struct strbuf want = {0};
	char *made = NULL;

	split("", &words);
	for (int i = 0; i < 2 * MANY; i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "x-%d", i % MANY);
		ck_assert_int_eq(fstab_options_add(&words, text), 0);
		if (i < MANY)
			strbuf_addf(&want, "%s%s", i > 0 ? "," : "", text);
	}
	made = fstab_options_render(&words);
	ck_assert_str_eq(made, strbuf_text(&want));
	free(made);
	strbuf_done(&want);
	fstab_options_done(&words);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fstab_options");

	tcase_add_loop_test(tests, words_are_changed, 0, ARRAY_LEN(renders));
	tcase_add_loop_test(tests, what_is_left_is_read_again, 0, ARRAY_LEN(lists));
	tcase_add_loop_test(tests, what_a_line_says, 0, ARRAY_LEN(said));
	tcase_add_test(tests, changed_words_are_not_there);
	tcase_add_test(tests, many_words_are_added_once);
	return suite_run("fstab_options", tests);
}
