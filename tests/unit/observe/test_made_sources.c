/* SPDX-License-Identifier: Apache-2.0 */
/* Sources that are missing, and that a bind of the request makes on the way to its target. */
#include "base/macro.h"
#include "observe/made_sources.h"
#include "suite.h"

#define MOUNT 7u

/* The source of a bind, the target that another one makes, and what is asked for then. */
/* clang-format off */
static const struct { const char *source, *target, *asked; uint64_t mount; } rows[] = {
	{ "/s",     "/s/x",   "/s",   MOUNT },
	{ "/s",     "/s/x/y", "/s",   MOUNT },
	{ "/s/x",   "/s/x/y", "/s/x", MOUNT },
	{ "/s/x",   "/s/x/y", "/s",   0 },     /* nobody's source */
	{ "/s/x",   "/s/xx",  "/s/x", 0 },
	{ "/s/x/y", "/s/x",   "/s/x/y", 0 },   /* in what is made, which is empty */
	{ "/s",     "/other", "/s",   0 },
};
/* clang-format on */

static struct request request_of(struct want *wants, size_t n)
{
	return (struct request){.wants = wants, .n_wants = n, .n_named = n};
}

START_TEST(made_by_then)
{
	struct want want = {.source = (char *)rows[_i].source, .target = (char *)"/t"};
	const struct request req = request_of(&want, 1);
	struct made_sources made = {0};

	ck_assert_int_eq(made_sources_make(&req, &made), 0);
	ck_assert_uint_eq(made_sources_find(&made, rows[_i].asked), 0);
	made_sources_note(&made, rows[_i].target, MOUNT);
	ck_assert_uint_eq(made_sources_find(&made, rows[_i].asked), rows[_i].mount);
	made_sources_done(&made);
}
END_TEST

/* What shall be gone has no need of a source; a place bound onto itself is no other's. */
START_TEST(not_of_these)
{
	struct want wants[] = {
		{.source = (char *)"/gone",
		 .target = (char *)"/t",
		 .state = STATE_UNMOUNTED},
		{.source = (char *)"/self", .target = (char *)"/self"},
		{.target = (char *)"/line", .state = STATE_ABSENT},
	};
	const struct request req = request_of(wants, 3);
	struct made_sources made = {0};

	ck_assert_int_eq(made_sources_make(&req, &made), 0);
	made_sources_note(&made, "/gone/x", MOUNT);
	made_sources_note(&made, "/self/x", MOUNT);
	ck_assert_uint_eq(made_sources_find(&made, "/gone"), 0);
	ck_assert_uint_eq(made_sources_find(&made, "/self"), 0);
	made_sources_done(&made);
}
END_TEST

START_TEST(of_nothing_at_all)
{
	struct made_sources made = {0};

	made_sources_note(&made, "/s/x", MOUNT);
	ck_assert_uint_eq(made_sources_find(&made, "/s"), 0);
	made_sources_done(&made);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("made_sources");

	tcase_add_loop_test(tests, made_by_then, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, not_of_these);
	tcase_add_test(tests, of_nothing_at_all);
	return suite_run("made_sources", tests);
}
