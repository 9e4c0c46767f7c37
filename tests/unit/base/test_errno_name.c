/* SPDX-License-Identifier: Apache-2.0 */
/* Names of error numbers, and the error of a reply that has one. */
#include <errno.h>
#include <string.h>

#include "base/errno_name.h"
#include "reply/reply_parts.h"
#include "suite.h"

static const struct {
	int number;
	const char *name;
} rows[] = {
	{-1, NULL},
	{0, NULL},
	{EPERM, "EPERM"},
	{EAGAIN, "EAGAIN"},
	{EOPNOTSUPP, "EOPNOTSUPP"},
	{EHWPOISON, "EHWPOISON"},
	{EHWPOISON + 2, NULL}, /* after it comes EFTYPE, where it is known */
	{524, NULL},           /* ENOTSUPP, which some file systems let out of the kernel */
};

START_TEST(names)
{
	const char *name = errno_name(rows[_i].number);

	ck_assert_msg(name ? rows[_i].name && strcmp(name, rows[_i].name) == 0
			   : !rows[_i].name,
		      "%d is '%s'", rows[_i].number, name ? name : "(none)");
}
END_TEST

START_TEST(agrees_with_the_library)
{
#if __GLIBC_PREREQ(2, 32)
	for (int number = 0; number < 4096; number++) {
		const char *theirs = strerrorname_np(number);
		const char *ours = errno_name(number);

		if (number != 0)
			ck_assert_pstr_eq(ours, theirs);
	}
#endif
}
END_TEST

START_TEST(stands_in_the_reply)
{
	struct error err = {.kind = ERROR_SYSTEM, .number = rows[_i].number};
	struct json_writer w = {0};
	json_t *whole = NULL;
	const json_t *said = NULL;

	json_open_object(&w, NULL);
	part_error(&w, &err);
	json_close(&w);
	whole = json_writer_take(&w);
	said = json_object_get(json_object_get(whole, "error"), "errno");
	ck_assert_msg(said, "%d: no errno", rows[_i].number);
	ck_assert_pstr_eq(json_string_value(said), rows[_i].name);
	ck_assert(json_is_null(said) || rows[_i].name);
	json_decref(whole);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("errno_name");

	tcase_add_loop_test(tests, names, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, agrees_with_the_library);
	tcase_add_loop_test(tests, stands_in_the_reply, 0, ARRAY_LEN(rows));
	return suite_run("errno_name", tests);
}
