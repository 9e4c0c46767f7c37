/* SPDX-License-Identifier: Apache-2.0 */
/* Which targets another bind of the request needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "request/request.h"
#include "suite.h"

#define BINDS_MAX 4
#define NO        WANT_NONE

/* Binds as "SOURCE>TARGET STATE", and for each of them the one that needs its target. */
/* clang-format off */
static const struct { const char *binds[BINDS_MAX + 1]; size_t by[BINDS_MAX]; } rows[] = {
	{ { ">/t absent" },                                            { NO } },
	{ { "/s>/t absent", "/s>/u mounted" },                         { NO, NO } },
	{ { "/t>/t absent" },                                          { NO } },
	{ { "/t>/t ephemeral" },                                       { NO } },
	/* as a source */
	{ { ">/t absent", "/t>/u mounted" },                           { 1, NO } },
	{ { "/t>/u ephemeral", ">/t absent" },                         { NO, 0 } },
	{ { ">/t absent", "/t>/u fstab_present" },                     { 1, NO } },
	{ { ">/t absent", "/t>/u fstab_only" },                        { 1, NO } },
	{ { ">/t absent", "/t>/u absent" },                            { NO, NO } },
	{ { ">/t absent", "/t>/u unmounted" },                         { NO, NO } },
	{ { ">/t absent", "/t/x>/u mounted" },                         { NO, NO } },
	{ { ">/t absent", "/t2>/u mounted" },                          { NO, NO } },
	/* for what lies below */
	{ { ">/t absent", "/s>/t/x/y mounted" },                       { 1, NO } },
	{ { ">/t absent", ">/t/x absent", "/s>/t/x/y mounted" },       { 2, 2, NO } },
	{ { ">/t absent", "/s>/t/x/y mounted", ">/t/x absent" },       { 1, NO, 1 } },
	{ { ">/t absent", "/s>/t/x mounted", "/s>/t/y mounted" },      { 1, NO, NO } },
	{ { ">/t absent", "/s>/t/x fstab_present" },                   { NO, NO } },
	{ { ">/t absent", ">/t/x absent" },                            { NO, NO } },
	{ { ">/t/x absent", "/s>/t mounted" },                         { NO, NO } },
};
/* clang-format on */

static enum state state_of(const char *name)
{
	for (size_t i = 0; i < STATE_COUNT_; i++) {
		if (strcmp(name, state_rules[i].name) == 0)
			return (enum state)i;
	}
	ck_abort_msg("no state '%s'", name);
}

static void add(struct request *req, const char *bind)
{
	const char *arrow = strchr(bind, '>');
	const char *blank = strchr(bind, ' ');

	ck_assert_int_eq(ARRAY_RESERVE(req->wants, req->n_wants, 1), 0);
	req->wants[req->n_wants++] = (struct want){
		.source = arrow > bind ? strndup(bind, (size_t)(arrow - bind)) : NULL,
		.target = strndup(arrow + 1, (size_t)(blank - arrow - 1)),
		.state = state_of(blank + 1),
		.remove_target = true,
	};
}

START_TEST(each_row)
{
	struct request req = {0};

	for (const char *const *bind = rows[_i].binds; *bind; bind++)
		add(&req, *bind);
	ck_assert_int_eq(request_map_targets(&req), 0);
	for (size_t i = 0; i < req.n_wants; i++)
		ck_assert_msg(req.wants[i].needed_by == rows[_i].by[i],
			      "row %d, bind %zu: %zd", _i, i,
			      (ssize_t)req.wants[i].needed_by);
	request_done(&req);
}
END_TEST

static double seconds_for(size_t n)
{
	struct request req = {0};
	double begin = 0;

	for (size_t i = 0; i < n; i++) {
		char bind[64];

		(void)snprintf(bind, sizeof(bind), "/s>/t/%zu/x mounted", i);
		add(&req, i % 2 == 0 ? bind : bind + 2);
		if (i % 2 == 1)
			req.wants[i].state = STATE_ABSENT;
	}
	begin = clock_used();
	ck_assert_int_eq(request_map_targets(&req), 0);
	begin = clock_used() - begin;
	request_done(&req);
	return begin;
}

START_TEST(many_in_linear_time)
{
	suite_check_linear(seconds_for, 5000, 10, 40);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("needed_targets");

	tcase_add_loop_test(tests, each_row, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, many_in_linear_time);
	return suite_run("needed_targets", tests);
}
