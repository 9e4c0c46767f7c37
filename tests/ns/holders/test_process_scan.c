/* Looking at the processes of this host takes no longer than it may. */
#include "holders/process_scan.h"

#include <check.h>

#include "base/clock.h"

static struct crowd look(double deadline)
{
	struct crowd crowd = {0};

	ck_assert_int_eq(crowd_look(NULL, 0, deadline, &crowd), 0);
	return crowd;
}

START_TEST(ends_in_time)
{
	struct crowd crowd = look(clock_now());

	ck_assert(crowd.is_cut);
	ck_assert(crowd_is_blind(&crowd));
	crowd_done(&crowd);
}
END_TEST

START_TEST(looks_at_all)
{
	struct crowd crowd = look(clock_now() + 60);

	ck_assert(!crowd.is_cut);
	ck_assert_uint_eq(crowd.holders.count, 0);
	crowd_done(&crowd);
	crowd_done(&crowd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crowd");
	TCase *cases = tcase_create("crowd");
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
