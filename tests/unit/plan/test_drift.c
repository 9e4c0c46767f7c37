/* SPDX-License-Identifier: Apache-2.0 */
/* The table of drift codes, which the reply, its schema and the search for holders go by,
 * and the lists of reasons. */
#include <ctype.h>
#include <string.h>

#include "plan/drift.h"
#include "suite.h"

START_TEST(each_code_has_its_row)
{
	const struct drift_rule *rule = &drift_rules[_i];

	ck_assert_msg(rule->name && rule->name[0] != '\0', "code %d has no name", _i);
	for (const char *p = rule->name; *p != '\0'; p++)
		ck_assert_msg(islower((unsigned char)*p) || *p == '_', "%s", rule->name);
	ck_assert_msg(rule->text && rule->text[0] != '\0', "%s", rule->name);
	ck_assert_msg(rule->text[strlen(rule->text) - 1] != '.', "%s", rule->name);
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(rule->name, drift_rules[other].name);
}
END_TEST

/* Whose view was wrong before it was mended: others got theirs then, too. */
START_TEST(views_that_others_may_have)
{
	static const enum drift_holders expected[DRIFT_COUNT_] = {
		[DRIFT_WRITABLE] = HOLDERS_LIKELY,
		[DRIFT_STALE_SOURCE] = HOLDERS_LIKELY,
		[DRIFT_SOURCE_COVERED] = HOLDERS_LIKELY,
		[DRIFT_SUBMOUNT_WRITABLE] = HOLDERS_LIKELY,
		[DRIFT_PROPAGATION] = HOLDERS_OF_REPLACED,
	};

	ck_assert_msg(drift_rules[_i].holders == expected[_i], "%s", drift_rules[_i].name);
}
END_TEST

START_TEST(a_list_has_copies)
{
	char text[] = "one";
	struct drift_list list = {0};

	ck_assert_int_eq(drift_add(&list, DRIFT_OPTIONS, text, NULL, "/a"), 0);
	text[0] = 'O';
	ck_assert_int_eq(drift_add(&list, DRIFT_WRITABLE, NULL, text, NULL), 0);
	ck_assert_uint_eq(list.count, 2);
	ck_assert_uint_eq(list.items[0].code, DRIFT_OPTIONS);
	ck_assert_str_eq(list.items[0].want, "one");
	ck_assert_ptr_null(list.items[0].have);
	ck_assert_str_eq(list.items[0].path, "/a");
	ck_assert_uint_eq(list.items[1].code, DRIFT_WRITABLE);
	ck_assert_ptr_null(list.items[1].want);
	ck_assert_str_eq(list.items[1].have, "One");
	drift_list_done(&list);
	ck_assert_uint_eq(list.count, 0);
	drift_list_done(&list);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("drift");

	tcase_add_loop_test(tests, each_code_has_its_row, 0, DRIFT_COUNT_);
	tcase_add_loop_test(tests, views_that_others_may_have, 0, DRIFT_COUNT_);
	tcase_add_test(tests, a_list_has_copies);
	return suite_run("drift", tests);
}
