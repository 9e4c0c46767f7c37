/* SPDX-License-Identifier: Apache-2.0 */
/* How long mount.robind takes turns with others: a boot starts the helpers of all lines at once. */
#include <errno.h>

#include "base/macro.h"
#include "fake_run.h"
#include "program/mount_helper.h"
#include "suite.h"

#define NEVER 1000

static int call(void)
{
	char *argv[] = {"mount.robind", "/volumes/db", "/ro/db", "-o", "ro", NULL};

	return mount_helper_run(5, argv);
}

static const struct {
	unsigned locked;
	int lock_error;
	int status;
	unsigned n_runs;
} rows[] = {
	{0, ETIMEDOUT, 0, 1},
	/* Others hang, each for as long as one may: it goes on waiting, */
	{1, ETIMEDOUT, 0, 2},
	{5, ETIMEDOUT, 0, 6},
	/* and gives up before systemd does. */
	{NEVER, ETIMEDOUT, 32, 6},
	/* A lock that cannot be had at all is not waited for. */
	{NEVER, EIO, 32, 1},
};

START_TEST(takes_turns)
{
	fake_run = (struct fake_run){.locked = rows[_i].locked,
				     .lock_error = rows[_i].lock_error};
	ck_assert_int_eq(call(), rows[_i].status);
	ck_assert_uint_eq(fake_run.n_runs, rows[_i].n_runs);
	ck_assert_uint_eq(fake_run.timeout, 10);
	ck_assert(fake_run.now <= 60);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mount_helper");

	tcase_add_loop_test(tests, takes_turns, 0, ARRAY_LEN(rows));
	return suite_run("mount_helper", tests);
}
