/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that the boot job leaves alone, though they look like read-only binds: which, and why. */
#include <stdbool.h>
#include <string.h>

#include "request/passed_over.h"
#include "suite.h"

/* A line, and what is said of it; NULL: it is asked for, or is no such line. */
/* clang-format off */
static const struct { const char *line; bool ours_only; const char *who; const char *must; } rows[] = {
	{ "/a /t none bind,ro\n",                  false, NULL, NULL },
	{ "/a /t none bind\n",                     false, NULL, NULL },
	{ "/a /t ext4 ro\n",                       false, NULL, NULL },
	{ "a /t none bind\n",                      false, NULL, NULL },
	{ "/a /t none bind,ro,ro=recursive\n",     false, NULL, NULL },
	{ "/a /t none bind,ro=recursive\n",        false, "'ro' with a value", "must be 'ro' alone" },
	{ "/a /t none bind,ro=recursive,x-y\n",    false, "'ro' with a value", "must be 'ro' alone" },
	{ "/a /t none bind,ro=recursive,noauto\n", false, NULL, NULL },
	{ "/a /t none bind,ro=recursive\n",        true,  NULL, NULL },
	{ "/a /t none bind,x-robind,ro=recursive\n", true, "'ro' with a value", "must be 'ro' alone" },
	{ "a /t none bind,ro\n",                   false, "its source", "absolute path" },
	{ "/a/../b /t none bind,ro\n",             false, "its source", "" },
	{ "a none none bind,ro\n",                 false, "its source", "absolute path" },
	{ "/a none none bind,ro\n",                false, "its target", "must be an absolute path" },
	{ "/a / none bind,ro\n",                   false, "its target", "must not be the root directory" },
	{ "/a / none bind,ro=recursive\n",         false, "its target", "must not be the root directory" },
	{ "\xef\xbb\xbf/a /t none bind,ro\n",      false, "a byte order mark before it", "must go" },
};
/* clang-format on */

START_TEST(each_line)
{
	struct fstab fstab = {0};
	struct passed_over passed = {0};
	int r = 0;

	ck_assert_int_eq(fstab_parse(rows[_i].line, strlen(rows[_i].line), &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 1);
	r = passed_over_add(&passed, &fstab.entries[0], rows[_i].ours_only);
	ck_assert_msg(r == (rows[_i].who != NULL), "%s: %d", rows[_i].line, r);
	ck_assert_uint_eq(passed.n_all, (size_t)r);
	ck_assert_uint_eq(passed.count, (size_t)r);
	if (r == 1) {
		ck_assert_msg(strstr(passed.items[0].who, rows[_i].who), "%s: %s",
			      rows[_i].line, passed.items[0].who);
		ck_assert_msg(strstr(passed.items[0].must, rows[_i].must), "%s: %s",
			      rows[_i].line, passed.items[0].must);
		ck_assert_str_eq(passed.items[0].target, fstab.entries[0].target);
		ck_assert_uint_eq(passed.items[0].line, 1);
	}
	passed_over_done(&passed);
	ck_assert_uint_eq(passed.n_all, 0);
	fstab_done(&fstab);
}
END_TEST

START_TEST(only_the_first_are_told)
{
	static const char line[] = "/a none none bind,ro\n";
	struct fstab fstab = {0};
	struct passed_over passed = {0};

	ck_assert_int_eq(fstab_parse(line, strlen(line), &fstab), 0);
	for (size_t i = 0; i < PASSED_OVER_TOLD + 2; i++)
		ck_assert_int_eq(passed_over_add(&passed, &fstab.entries[0], false), 1);
	ck_assert_uint_eq(passed.count, PASSED_OVER_TOLD);
	ck_assert_uint_eq(passed.n_all, PASSED_OVER_TOLD + 2);
	passed_over_done(&passed);
	fstab_done(&fstab);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("passed_over");

	tcase_add_loop_test(tests, each_line, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, only_the_first_are_told);
	return suite_run("passed_over", tests);
}
