/* SPDX-License-Identifier: Apache-2.0 */
/* How long one waits: to the deadline, or until it is over. */
#include "base/clock.h"
#include "base/wait.h"
#include "suite.h"

/* Over once it was asked so often. */
static bool is_over(void *to)
{
	unsigned *left = to;

	return (*left)-- == 0;
}

static unsigned moments(double deadline)
{
	unsigned n = 0;

	while (wait_moment(deadline))
		n++;
	return n;
}

START_TEST(to_the_deadline)
{
	double begin = clock_now();

	ck_assert_uint_ge(moments(begin + 0.05), 1);
	ck_assert(clock_now() >= begin + 0.05);
	ck_assert_uint_eq(moments(clock_now()), 0);
	ck_assert(!wait_is_over() && wait_slice() < 0);
}
END_TEST

START_TEST(until_it_is_over)
{
	unsigned left = 3;

	wait_set_over(is_over, &left);
	ck_assert(wait_slice() > 0);
	ck_assert_uint_eq(moments(clock_now() + 3600), 3);
	left = 0;
	ck_assert(wait_is_over());
	wait_set_over(NULL, NULL);
	ck_assert(!wait_is_over());
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("wait");

	tcase_add_test(tests, to_the_deadline);
	tcase_add_test(tests, until_it_is_over);
	return suite_run("wait", tests);
}
