/* SPDX-License-Identifier: Apache-2.0 */
/* What is of a set in fstab and no longer named becomes a bind that shall be absent. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/from_fstab.h"
#include "request/request.h"
#include "suite.h"

#define OF_S " none bind,ro,x-robind.set=s 0 0\n"
#define OF_T " none bind,ro,x-robind.set=t 0 0\n"

/*
 * The targets that the request names, its purge, an fstab, and the targets that are added,
 * in their order.
 */
/* clang-format off */
static const struct {
	const char *name;
	enum purge purge;
	const char *named[3];
	const char *text;
	const char *added[4];
} rows[] = {
	{ "no purge",             PURGE_NONE, { "/t" }, "/a /u" OF_S, { NULL } },
	{ "nothing in fstab",     PURGE_REST, { "/t" }, "", { NULL } },
	{ "all are named",        PURGE_REST, { "/t" }, "/a /t" OF_S, { NULL } },
	{ "one is left",          PURGE_REST, { "/t" }, "/a /t" OF_S "/a /u" OF_S, { "/u" } },
	{ "several are left",     PURGE_REST, { "/t" }, "/a /v" OF_S "/a /u" OF_S "/a /t" OF_S, { "/v", "/u" } },
	{ "none is named",        PURGE_ALL,  { NULL }, "/a /t" OF_S "/a /u" OF_S, { "/t", "/u" } },
	{ "all but the named",    PURGE_ALL,  { "/t" }, "/a /t" OF_S "/a /u" OF_S, { "/u" } },
	{ "another set",          PURGE_REST, { "/t" }, "/a /u" OF_T, { NULL } },
	{ "name is longer",       PURGE_REST, { "/t" }, "/a /u none bind,ro,x-robind.set=ss\n", { NULL } },
	{ "name begins alike",    PURGE_REST, { "/t" }, "/a /u none bind,ro,x-robind.set=\n", { NULL } },
	{ "ours, but of no set",  PURGE_ALL,  { NULL }, "/a /u none bind,ro,x-robind\n", { NULL } },
	{ "somebody's",           PURGE_ALL,  { NULL }, "/a /u none bind,ro\n", { NULL } },
	{ "no bind",              PURGE_ALL,  { NULL }, "/dev/a /u ext4 ro,x-robind.set=s\n", { NULL } },
	{ "helper",               PURGE_ALL,  { NULL }, "/a /u robind ro,x-robind.set=s\n", { "/u" } },
	{ "writable, noauto",     PURGE_ALL,  { NULL }, "/a /u none bind,noauto,x-robind.set=s\n", { "/u" } },
	{ "two lines",            PURGE_ALL,  { NULL }, "/a /u" OF_S "/b /u" OF_S, { "/u" } },
	{ "two lines, two sets",  PURGE_ALL,  { NULL }, "/a /u" OF_T "/b /u" OF_S, { "/u" } },
	{ "two names",            PURGE_ALL,  { NULL }, "/a /u" OF_S "/b //u/" OF_S, { "/u" } },
	{ "named with slashes",   PURGE_REST, { "/t" }, "/a //t/" OF_S, { NULL } },
	{ "blank in its name",    PURGE_ALL,  { NULL }, "/a /u\\040v" OF_S, { "/u v" } },
	{ "below a named one",    PURGE_REST, { "/t" }, "/a /t/u" OF_S, { "/t/u" } },
	{ "the root",             PURGE_ALL,  { NULL }, "/a /" OF_S, { NULL } },
	{ "no place",             PURGE_ALL,  { NULL }, "/a none" OF_S, { NULL } },
};
/* clang-format on */

static struct request request_of(const char *const *named, enum purge purge)
{
	struct request req = {
		.wants = calloc(3, sizeof(struct want)),
		.set = strdup("s"),
		.purge = purge,
	};

	ck_assert(req.wants && req.set);
	for (; named[req.n_wants]; req.n_wants++)
		req.wants[req.n_wants] = (struct want){
			.source = strdup("/a"),
			.target = strdup(named[req.n_wants]),
		};
	req.n_named = req.n_wants;
	ck_assert_int_eq(request_map_targets(&req), 0);
	return req;
}

START_TEST(what_is_left_is_added)
{
	struct request req = request_of(rows[_i].named, rows[_i].purge);
	size_t n = req.n_wants;
	struct fstab_snapshot snapshot = {.is_read = true};
	struct error err = {0};

	ck_assert_int_eq(fstab_parse(rows[_i].text, strlen(rows[_i].text), &snapshot.fstab),
			 0);
	ck_assert_int_eq(purge_add(&req, &snapshot, &err), 0);
	for (size_t i = 0; rows[_i].added[i]; i++, n++) {
		ck_assert_msg(n < req.n_wants, "%s: no '%s'", rows[_i].name,
			      rows[_i].added[i]);
		ck_assert_msg(strcmp(req.wants[n].target, rows[_i].added[i]) == 0,
			      "%s: '%s'", rows[_i].name, req.wants[n].target);
		ck_assert(req.wants[n].state == STATE_ABSENT && !req.wants[n].source);
		ck_assert_str_eq(req.wants[n].set, "s");
	}
	ck_assert_msg(req.n_wants == n, "%s: '%s' too", rows[_i].name, req.wants[n].target);
	ck_assert_uint_eq(req.about_fstab, n > 0 ? 0 : WANT_NONE);
	request_done(&req);
	fstab_done(&snapshot.fstab);
}
END_TEST

/* What is of the set cannot be known, so the run must not go on as if there were nothing. */
START_TEST(an_unread_fstab_is_a_failure)
{
	static const char *const named[] = {"/t", NULL};
	const struct fstab_snapshot snapshot = {.unread = {.kind = ERROR_FSTAB}};
	struct error err = {0};
	struct request req = request_of(named, (enum purge)_i);

	ck_assert_int_eq(purge_add(&req, &snapshot, &err), _i == PURGE_NONE ? 0 : -1);
	ck_assert_int_eq(err.kind, _i == PURGE_NONE ? ERROR_NONE : ERROR_FSTAB);
	ck_assert_uint_eq(req.n_wants, 1);
	request_done(&req);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("purge");

	tcase_add_loop_test(tests, what_is_left_is_added, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, an_unread_fstab_is_a_failure, PURGE_NONE, PURGE_ALL + 1);
	return suite_run("purge", tests);
}
