/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be restarted, from made-up holders. */
#include <string.h>

#include "base/macro.h"
#include "holders/restarts.h"
#include "suite.h"

static struct holder holders[] = {
	{.pid = 30}, {.pid = 7},  {.pid = 8},  {.pid = 30},
	{.pid = 9},  {.pid = 10}, {.pid = 11},
};
static struct process_identity identities[] = {
	{.cgroup = {0}}, /* a process of nobody, twice */
	{.cgroup = {.unit = "b.service", .is_service = true}},
	{.cgroup = {.unit = "a.service", .is_service = true}},
	{.cgroup = {0}},
	{.cgroup = {.unit = "session-1.scope"}}, /* nothing that can be restarted */
	{.cgroup = {.unit = "docker.service", .is_service = true, .container = "c1"}},
	{.cgroup = {.unit = "b.service", .is_service = true}},
};

START_TEST(each_once_and_sorted)
{
	const struct process_scan scan = {
		.holders = {holders, ARRAY_LEN(holders)},
		.identities = identities,
	};
	struct restarts restarts = {0};

	ck_assert_int_eq(restarts_make(&scan, &restarts), 0);
	ck_assert_uint_eq(restarts.n_units, 2);
	ck_assert_str_eq(restarts.units[0], "a.service");
	ck_assert_str_eq(restarts.units[1], "b.service");
	ck_assert_uint_eq(restarts.n_containers, 1);
	ck_assert_str_eq(restarts.containers[0], "c1");
	ck_assert_uint_eq(restarts.n_processes, 2);
	ck_assert_int_eq(restarts.processes[0], 9);
	ck_assert_int_eq(restarts.processes[1], 30);
	restarts_done(&restarts);
	restarts_done(&restarts);
}
END_TEST

START_TEST(none)
{
	const struct process_scan scan = {0};
	struct restarts restarts = {0};

	ck_assert_int_eq(restarts_make(&scan, &restarts), 0);
	ck_assert_uint_eq(restarts.n_units + restarts.n_containers + restarts.n_processes,
			  0);
	restarts_done(&restarts);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("restarts");

	tcase_add_test(tests, each_once_and_sorted);
	tcase_add_test(tests, none);
	return suite_run("restarts", tests);
}
