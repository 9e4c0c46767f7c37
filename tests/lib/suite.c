/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

/* The least of some: what disturbs a processor only adds. */
static double least(double (*seconds)(size_t n), size_t n)
{
	double best = seconds(n);

	for (int i = 1; i < 3; i++) {
		double again = seconds(n);

		best = again < best ? again : best;
	}
	return best;
}

void suite_check_linear(double (*seconds)(size_t n), size_t n, size_t times, double bound)
{
	double small = least(seconds, n);
	double large = least(seconds, n * times);

	ck_assert_msg(large < bound * small, "%f and %f seconds", small, large);
}

int suite_run(const char *name, TCase *tests)
{
	Suite *suite = suite_create(name);
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
