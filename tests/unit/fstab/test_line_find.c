/* SPDX-License-Identifier: Apache-2.0 */
/* The bind lines for one target, among all that an fstab may hold for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "fstab/line.h"
#include "suite.h"

/* An fstab, and the entries that are binds for /t, by their numbers. */
/* clang-format off */
static const struct { const char *name; const char *text; const char *found; } rows[] = {
	{ "empty",              "",                                                     "" },
	{ "another target",     "/a /u none bind 0 0\n",                                "" },
	{ "below and above it", "/a /t/x none bind\n/a / none bind\n/a /tt none bind\n", "" },
	{ "one",                "/a /t none bind 0 0\n",                                "0" },
	{ "rbind",              "/a /t none rbind,ro\n",                                "0" },
	{ "helper",             "/a /t robind ro\n",                                    "0" },
	{ "no bind",            "/dev/a /t ext4 ro\n",                                  "" },
	{ "bind as its type",   "/a /t bind ro\n",                                      "" },
	{ "behind no bind",     "/dev/a /t ext4 ro\n/a /t none bind\n",                 "1" },
	{ "several",            "/a /t none bind\n/b /u none bind\n/dev/a /t ext4 ro\n/c /t none rbind\n/d /t robind ro\n", "034" },
	{ "slashes",            "/a /t/ none bind\n/b //t none bind\n",                 "01" },
	{ "escaped",            "/a /\\164 none bind\n",                                "0" },
	{ "as a source",        "/t /u none bind\n",                                    "" },
	{ "comments between",   "# /a /t none bind\n\n/a /t none bind\n#\n/b /t none bind", "01" },
	{ "no place",           "/a none none bind\n/a t none bind\n",                  "" },
};
/* clang-format on */

START_TEST(all_binds_of_a_target)
{
	struct fstab fstab = {0};
	char found[8] = "";
	size_t n = 0;

	ck_assert_int_eq(fstab_parse(rows[_i].text, strlen(rows[_i].text), &fstab), 0);
	for (size_t i = line_find_bind(&fstab, "/t"); i != FSTAB_NONE;
	     i = line_next_bind(&fstab, i, "/t")) {
		ck_assert_msg(n < sizeof(found) - 1, "%s: no end", rows[_i].name);
		found[n++] = (char)('0' + i);
	}
	ck_assert_msg(strcmp(found, rows[_i].found) == 0, "%s: '%s'", rows[_i].name, found);
	fstab_done(&fstab);
}
END_TEST

/* A name is one word; what another line says of it does not count. */
/* clang-format off */
static const struct { const char *options; const char *set; bool is_in; } sets[] = {
	{ "bind,x-robind.set=s",                  "s",   true },
	{ "bind,x-robind.set=s,ro",               "s",   true },
	{ "bind,x-robind.set=st",                 "s",   false },
	{ "bind,x-robind.set=s",                  "st",  false },
	{ "bind,x-robind.set=",                   "",    false },
	{ "bind,x-robind",                        "",    false },
	{ "bind,x-robind.set=a,x-robind.set=b",   "a",   true },
	{ "bind,x-robind.set=a,x-robind.set=b",   "b",   false },
	{ "bind,x-robind.set=,x-robind.set=b",    "b",   true },
	{ "bind,xx-robind.set=s",                 "s",   false },
	{ "bind,x-robind.sets=s",                 "s",   false },
	{ "bind,c=\"x-robind.set=s\"",            "s",   false },
	{ "bind,x-robind.set=S",                  "s",   false },
};
/* clang-format on */

START_TEST(the_set_of_a_line)
{
	char text[128];
	struct fstab fstab = {0};

	(void)snprintf(text, sizeof(text), "/a /t none %s 0 0", sets[_i].options);
	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 1);
	ck_assert_msg(line_is_in_set(&fstab.entries[0], sets[_i].set) == sets[_i].is_in,
		      "%s of '%s'", sets[_i].options, sets[_i].set);
	fstab_done(&fstab);
}
END_TEST

static bool is_read_only(const struct fstab_entry *entry, const void *arg)
{
	(void)arg;
	return line_look(entry).is_read_only;
}

START_TEST(the_first_lines_that_are_meant)
{
	static const char text[] = "/a /t none bind\n"
				   "/b /u none bind,ro\n"
				   "/c /t none bind,ro\n"
				   "/d none swap ro\n"
				   "/e /t none bind,ro\n"
				   "/f /v none bind\n";
	struct fstab fstab = {0};
	bool *firsts = NULL;

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	firsts = line_firsts(&fstab, is_read_only, NULL);
	ck_assert_ptr_nonnull(firsts);
	for (size_t i = 0; i < fstab.n_entries; i++)
		ck_assert_msg(firsts[i] == (i == 1 || i == 2), "line %zu", i + 1);
	free(firsts);
	fstab_done(&fstab);
}
END_TEST

/* Of the first lines of `n` for one target, the first half of which is not meant. */
static double time_of_firsts(size_t n)
{
	struct strbuf text = {0};
	struct fstab fstab = {0};
	double start = 0;
	bool *firsts = NULL;

	for (size_t i = 0; i < n; i++)
		strbuf_add(&text, i < n / 2 ? "/a /t none bind\n" : "/a /t none bind,ro\n");
	ck_assert_int_eq(fstab_parse(text.bytes, text.size, &fstab), 0);
	start = clock_used();
	firsts = line_firsts(&fstab, is_read_only, NULL);
	ck_assert(firsts && firsts[n / 2] && !firsts[n / 2 + 1]);
	start = clock_used() - start;
	free(firsts);
	fstab_done(&fstab);
	strbuf_done(&text);
	return start;
}

/* 16 times as many take about 16 times as long, not 256 times. */
START_TEST(time_of_firsts_is_linear)
{
	suite_check_linear(time_of_firsts, 4000, 16, 100);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("line_find");

	tcase_add_loop_test(tests, all_binds_of_a_target, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, the_set_of_a_line, 0, ARRAY_LEN(sets));
	tcase_add_test(tests, the_first_lines_that_are_meant);
	tcase_add_test(tests, time_of_firsts_is_linear);
	return suite_run("line_find", tests);
}
