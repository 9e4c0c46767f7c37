/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the processes of this host takes no longer than it may. */
#include "holders/process_scan.h"

#include <check.h>

#include "base/clock.h"

static struct process_scan look(double deadline)
{
	struct process_scan scan = {0};

	ck_assert_int_eq(process_scan_run(NULL, 0, deadline, &scan), 0);
	return scan;
}

START_TEST(ends_in_time)
{
	struct process_scan scan = look(clock_now());

	ck_assert(scan.is_cut);
	ck_assert(scan_is_incomplete(&scan));
	process_scan_done(&scan);
}
END_TEST

START_TEST(looks_at_all)
{
	struct process_scan scan = look(clock_now() + 60);

	ck_assert(!scan.is_cut);
	ck_assert_uint_eq(scan.holders.count, 0);
	process_scan_done(&scan);
	process_scan_done(&scan);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("process_scan");
	TCase *cases = tcase_create("process_scan");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	suite_add_tcase(suite, cases);
	tcase_add_test(cases, ends_in_time);
	tcase_add_test(cases, looks_at_all);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
