/* SPDX-License-Identifier: Apache-2.0 */
/* Which paths of a bind its caller knows. */
#include "base/macro.h"
#include "request/want.h"
#include "suite.h"

/* clang-format off */
static const struct {
	const char *name;
	bool is_found, is_resolved; /* by the line in fstab; with symlinks followed */
	struct want_asked asked;
	const char *source, *target;
} rows[] = {
	{ "as it was asked for", false, false, {0}, "/s", "/t" },
	{ "with symlinks resolved", false, true, { .source = "/ls", .target = "/lt" }, "/ls", "/lt" },
	{ "the target alone", false, true, { .target = "/lt" }, NULL, "/lt" },
	{ "they could not be resolved", false, true, {0}, "/s", "/t" },
	{ "the source that fstab names", true, false, {0}, NULL, "/t" },
	{ "the same, with the target resolved", true, true, { .source = "/ls", .target = "/lt" }, NULL, "/lt" },
};
/* clang-format on */

START_TEST(what_the_caller_knows)
{
	struct want_asked asked = rows[_i].asked;
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .is_source_found = rows[_i].is_found,
				  .asked = rows[_i].is_resolved ? &asked : NULL};

	ck_assert_pstr_eq(want_asked_source(&want), rows[_i].source);
	ck_assert_pstr_eq(want_asked_target(&want), rows[_i].target);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("want");

	tcase_add_loop_test(tests, what_the_caller_knows, 0, ARRAY_LEN(rows));
	return suite_run("want", tests);
}
