/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a failure, once the large struct on the stack is gone. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "suite.h"

START_TEST(keeps_all)
{
	struct error err = {0};
	struct kept_error *kept = NULL;

	error_set(&err, ERROR_LIMIT, ENOSPC, PTR_INDEX(PTR_KEY(PTR_ROOT, "binds"), 3),
		  "'%s'", "/t");
	kept = error_keep(&err);
	memset(&err, 'x', sizeof(err));
	ck_assert_int_eq(kept->kind, ERROR_LIMIT);
	ck_assert_int_eq(kept->number, ENOSPC);
	ck_assert_str_eq(kept->at, "/binds/3");
	ck_assert_str_eq(kept->text, "'/t'");
	err = (struct error){0};
	ck_assert_int_eq(error_again(&err, kept), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	ck_assert_int_eq(err.number, ENOSPC);
	ck_assert_str_eq(err.at, "/binds/3");
	ck_assert_str_eq(err.text, "'/t'");
	error_drop(kept);
	error_drop(NULL);
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	struct error err = {0};
	char text[2 * sizeof(err.text)];
	char key[2 * sizeof(err.at)];
	struct kept_error *kept = NULL;

	memset(text, 't', sizeof(text) - 1);
	memset(key, 'k', sizeof(key) - 1);
	text[sizeof(text) - 1] = key[sizeof(key) - 1] = '\0';
	ck_assert_int_eq(error_set(&err, ERROR_SYSTEM, 0, PTR_KEY(PTR_ROOT, key), "%s",
				   text),
			 -1);
	kept = error_keep(&err);
	ck_assert_uint_eq(strlen(kept->at), sizeof(err.at) - 1);
	ck_assert_uint_eq(strlen(kept->text), sizeof(err.text) - 1);
	error_drop(kept);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, keeps_all);
	tcase_add_test(tests, cuts_what_is_too_long);
	return suite_run("error", tests);
}
