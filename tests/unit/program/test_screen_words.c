/* SPDX-License-Identifier: Apache-2.0 */
/* Each drift and each action has words of its own for a person. */
#include <string.h>

#include "plan/drift.h"
#include "plan/fstab_plan.h"
#include "plan/plan.h"
#include "program/screen.h"
#include "program/screen_words.h"
#include "suite.h"

START_TEST(each_drift)
{
	const char *code = drift_rules[_i].name;

	ck_assert_msg(!strchr(drift_was(code), '_'), "%s has no words", code);
}
END_TEST

START_TEST(each_step)
{
	const char *name = step_names[_i];

	ck_assert_msg(strcmp(action_does(name), name) != 0, "%s has no words", name);
}
END_TEST

START_TEST(each_line_action)
{
	const char *name = line_action_names[_i];

	if (name)
		ck_assert_msg(strcmp(action_does(name), name) != 0, "%s has no words",
			      name);
}
END_TEST

START_TEST(what_is_not_known_stays)
{
	ck_assert_str_eq(drift_was("another"), "another");
	ck_assert_str_eq(action_does("another"), "another");
}
END_TEST

/* clang-format off */
static const struct { size_t n; const char *text; } numbers[] = {
	{ 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 12345, "12,345" }, { 1234567, "1,234,567" },
};
/* clang-format on */

START_TEST(number)
{
	char buf[SCREEN_NUMBER_SIZE];

	ck_assert_str_eq(screen_number(numbers[_i].n, buf), numbers[_i].text);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("screen_words");

	tcase_add_loop_test(tests, each_drift, 0, DRIFT_COUNT_);
	tcase_add_loop_test(tests, each_step, 0, STEP_COUNT_);
	tcase_add_loop_test(tests, each_line_action, 0, LINE_ACTION_COUNT_);
	tcase_add_test(tests, what_is_not_known_stays);
	tcase_add_loop_test(tests, number, 0, sizeof(numbers) / sizeof(numbers[0]));
	return suite_run("screen_words", tests);
}
