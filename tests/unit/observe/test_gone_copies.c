/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts that go along with others at another place: found by id, and by what lies below them. */
#include "base/macro.h"
#include "observe/gone_copies.h"
#include "suite.h"

static const struct mount mounts[] = {
	{.id = 5, .parent = 2, .point = "/v"},      {.id = 6, .parent = 5, .point = "/v"},
	{.id = 9, .parent = 2, .point = "/v/x"},    {.id = 3, .parent = 2, .point = "/w/x"},
	{.id = 4, .parent = 2, .point = "/va/x/y"},
};

/* clang-format off */
static const struct { const char *path; uint64_t parent; size_t length; } rows[] = {
	{ "/v",       2, 2 },
	{ "/v/x",     2, 2 },   /* the uppermost */
	{ "/v/x/y/z", 2, 2 },
	{ "/w",       0, 0 },
	{ "/w/x",     2, 4 },
	{ "/w/xx",    0, 0 },
	{ "/w/x/y",   2, 4 },
	{ "/va",      0, 0 },
	{ "/va/x/y",  2, 7 },
	{ "/",        0, 0 },
};
/* clang-format on */

static struct gone_copies all(void)
{
	struct gone_copies gone = {0};

	for (size_t i = 0; i < ARRAY_LEN(mounts); i++)
		ck_assert_int_eq(gone_copies_add(&gone, &mounts[i], "/t"), 0);
	return gone;
}

START_TEST(at_or_above)
{
	struct gone_copies gone = all();
	const struct gone_copy *found = gone_copies_above(&gone, rows[_i].path);

	ck_assert_uint_eq(found ? found->parent : 0, rows[_i].parent);
	ck_assert_uint_eq(found ? found->length : 0, rows[_i].length);
	gone_copies_done(&gone);
}
END_TEST

START_TEST(by_id)
{
	struct gone_copies gone = all();

	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		const struct gone_copy *found = gone_copies_find(&gone, mounts[i].id);

		ck_assert_ptr_nonnull(found);
		ck_assert_uint_eq(found->parent, mounts[i].parent);
		ck_assert_str_eq(found->target, "/t");
	}
	ck_assert_ptr_null(gone_copies_find(&gone, 2));
	gone_copies_done(&gone);
}
END_TEST

/* Whoever told it first has it. */
START_TEST(told_twice)
{
	struct gone_copies gone = all();

	ck_assert_int_eq(gone_copies_add(&gone, &mounts[0], "/other"), 0);
	ck_assert_str_eq(gone_copies_find(&gone, mounts[0].id)->target, "/t");
	gone_copies_done(&gone);
	gone_copies_done(&gone);
}
END_TEST

START_TEST(of_none)
{
	const struct gone_copies gone = {0};

	ck_assert_ptr_null(gone_copies_find(&gone, 5));
	ck_assert_ptr_null(gone_copies_above(&gone, "/v"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("gone_copies");

	tcase_add_loop_test(tests, at_or_above, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, by_id);
	tcase_add_test(tests, told_twice);
	tcase_add_test(tests, of_none);
	return suite_run("gone_copies", tests);
}
