/* SPDX-License-Identifier: Apache-2.0 */
/* Edits: what they name changes, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fstab/edit.h"
#include "suite.h"

#define A "/a /ta none bind 0 0"
#define B "/b /tb none bind 0 0"
#define N "/n /tn none bind 0 0"

/*
 * What to do: + appends N, +2 does so twice, 0 and 1 replace that entry by N, -0 and -1
 * remove it.
 */
/* clang-format off */
static const struct { const char *name; const char *text; const char *edits; const char *want; } edits[] = {
	{ "none",                    A "\n# x\n\t" B,         "",     A "\n# x\n\t" B },
	{ "append",                  A "\n",                  "+",    A "\n" N "\n" },
	{ "append twice",            A "\n",                  "++",   A "\n" N "\n" N "\n" },
	{ "append to nothing",       "",                      "+",    N "\n" },
	{ "append without end",      A,                       "+",    A "\n" N "\n" },
	{ "append to CR LF",         A "\r\n",                "+",    A "\r\n" N "\r\n" },
	{ "append after half an end", A "\r\n" B "\r",        "+",    A "\r\n" B "\r\n" N "\r\n" },
	{ "append after a comment",  A "\n# x",               "+",    A "\n# x\n" N "\n" },
	{ "append to CR LF without", A "\r\n" B,              "+",    A "\r\n" B "\r\n" N "\r\n" },
	{ "the last whole line says", A "\r\n" B "\n",        "+",    A "\r\n" B "\n" N "\n" },
	{ "replace",                 "# x\n" A "\n" B "\n",   "0",    "# x\n" N "\n" B "\n" },
	{ "replace CR LF",           A "\r\n" B "\r\n",       "1",    A "\r\n" N "\r\n" },
	{ "replace without end",     A "\n" B,                "1",    A "\n" N },
	{ "remove",                  A "\n\n" B "\n# y",      "-0",   "\n" B "\n# y" },
	{ "remove CR LF",            A "\r\n" B "\r\n",       "-1",   A "\r\n" },
	{ "remove without end",      A "\n" B,                "-1",   A "\n" },
	{ "remove all",              A "\n" B,                "-0-1", "" },
	{ "remove and append",       A "\n" B,                "-1+",  A "\n" N "\n" },
	{ "all in one",              A "\n" B "\n#",          "+1-0", N "\n#\n" N "\n" },
	{ "the last edit counts",    A "\n",                  "-00",  N "\n" },
};
/* clang-format on */

static void edit(struct fstab_edits *list, const char *what)
{
	for (; *what != '\0'; what++) {
		if (*what == '+')
			ck_assert_int_eq(fstab_append(list, N), 0);
		else if (*what == '-')
			ck_assert_int_eq(fstab_remove(list, (size_t)(*++what - '0')), 0);
		else
			ck_assert_int_eq(fstab_replace(list, (size_t)(*what - '0'), N), 0);
	}
}

START_TEST(every_other_byte_stays)
{
	struct fstab fstab = {0};
	struct fstab_edits list = {.fstab = &fstab};
	char *text = NULL;
	size_t size = 0;

	ck_assert_int_eq(fstab_parse(edits[_i].text, strlen(edits[_i].text), &fstab), 0);
	edit(&list, edits[_i].edits);
	ck_assert_int_eq(fstab_edited(&list, &text, &size), 0);
	ck_assert_msg(strcmp(text, edits[_i].want) == 0, "%s:\n%s", edits[_i].name, text);
	ck_assert_uint_eq(size, strlen(text));
	free(text);
	fstab_edits_done(&list);
	fstab_edits_done(&list);
	fstab_done(&fstab);
}
END_TEST

/* A line that was torn by a crash is read up to the NUL only as long as it has no end. */
START_TEST(a_torn_last_line_stays_the_last)
{
	static const char text[] = A "\n" B "\0\0\0";
	static const char want[] = A "\n" N "\n" B "\0\0\0";
	struct fstab fstab = {0};
	struct fstab_edits list = {.fstab = &fstab};
	char *got = NULL;
	size_t size = 0;

	ck_assert_int_eq(fstab_parse(text, sizeof(text) - 1, &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 2);
	ck_assert_int_eq(fstab_append(&list, N), 0);
	ck_assert_int_eq(fstab_edited(&list, &got, &size), 0);
	ck_assert_uint_eq(size, sizeof(want) - 1);
	ck_assert(memcmp(got, want, size) == 0);
	free(got);
	fstab_edits_done(&list);
	fstab_done(&fstab);
}
END_TEST

START_TEST(a_torn_last_line_is_replaced_where_it_is)
{
	static const char text[] = A "\n" B "\0\0\0";
	static const char want[] = A "\n" N "\n/c /tc none bind\0\0\0";
	struct fstab fstab = {0};
	struct fstab_edits list = {.fstab = &fstab};
	char *got = NULL;
	size_t size = 0;

	ck_assert_int_eq(fstab_parse(text, sizeof(text) - 1, &fstab), 0);
	ck_assert_int_eq(fstab_append(&list, N), 0);
	ck_assert_int_eq(fstab_replace(&list, 1, "/c /tc none bind"), 0);
	ck_assert_int_eq(fstab_edited(&list, &got, &size), 0);
	ck_assert_uint_eq(size, sizeof(want) - 1);
	ck_assert(memcmp(got, want, size) == 0);
	free(got);
	fstab_edits_done(&list);
	fstab_done(&fstab);
}
END_TEST

static double time_of(size_t n)
{
	char *text = calloc(n, 64);
	size_t size = 0;
	struct fstab fstab = {0};
	struct fstab_edits list = {.fstab = &fstab};
	char *got = NULL;
	double start = 0;

	for (size_t i = 0; i < n; i++)
		size += (size_t)sprintf(text + size,
					"/srv/%zu /export/%zu none bind,ro 0 0\n", i, i);
	ck_assert_int_eq(fstab_parse(text, size, &fstab), 0);
	start = clock_used();
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(fstab_append(&list, N), 0);
		ck_assert_int_eq(i % 2 ? fstab_remove(&list, i)
				       : fstab_replace(&list, i, A),
				 0);
	}
	ck_assert_int_eq(fstab_edited(&list, &got, &size), 0);
	ck_assert_uint_eq(size, n / 2 * strlen(A "\n") + n * strlen(N "\n"));
	free(got);
	fstab_edits_done(&list);
	fstab_done(&fstab);
	free(text);
	return clock_used() - start;
}

START_TEST(time_is_linear)
{
	suite_check_linear(time_of, 4000, 32, 200);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fstab_edit");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, every_other_byte_stays, 0, ARRAY_LEN(edits));
	tcase_add_test(tests, a_torn_last_line_stays_the_last);
	tcase_add_test(tests, a_torn_last_line_is_replaced_where_it_is);
	tcase_add_test(tests, time_is_linear);
	return suite_run("fstab_edit", tests);
}
