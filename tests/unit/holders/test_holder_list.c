/* SPDX-License-Identifier: Apache-2.0 */
/* The list of holders: what is kept of it, and which part of it is one bind's. */
#include "holders/holder_list.h"
#include "suite.h"

START_TEST(settles)
{
	struct holder_list list = {0};

	ck_assert_int_eq(holders_add(&list, 1, 5, WHY_WRITER, "/b"), 0);
	ck_assert_int_eq(holders_add(&list, 0, 9, WHY_STALE, "/x"), 0);
	ck_assert_int_eq(holders_add(&list, 1, 5, WHY_WRITER, "/a"), 0);
	ck_assert_int_eq(holders_add(&list, 1, 5, WHY_WRITABLE, "/c"), 0);
	ck_assert_int_eq(holders_add(&list, 1, 4, WHY_WRITER, "/d"), 0);
	holders_settle(&list);
	ck_assert_uint_eq(list.count, 4);
	ck_assert_str_eq(list.items[0].path, "/x");
	ck_assert_str_eq(list.items[1].path, "/d");
	ck_assert_str_eq(list.items[2].path, "/c");
	ck_assert_str_eq(list.items[3].path, "/a");
	holders_done(&list);
	holders_done(&list);
}
END_TEST

START_TEST(finds_those_of_a_bind)
{
	struct holder_list list = {0};

	ck_assert(!holders_have(&list, 0, WHY_STALE));
	for (size_t bind = 1; bind < 8; bind += 2) {
		ck_assert_int_eq(holders_add(&list, bind, 3, WHY_WRITER, "/b"), 0);
		ck_assert_int_eq(holders_add(&list, bind, 2, WHY_STALE, "/a"), 0);
	}
	holders_settle(&list);
	for (size_t bind = 0; bind < 9; bind++) {
		struct holder_range range = holders_of(&list, bind);

		ck_assert_uint_eq(range.end - range.first, bind % 2 ? 2 : 0);
		for (size_t i = range.first; i < range.end; i++)
			ck_assert_uint_eq(list.items[i].bind, bind);
		ck_assert_int_eq(holders_have(&list, bind, WHY_STALE), bind % 2);
		ck_assert_int_eq(holders_have(&list, bind, WHY_WRITER), bind % 2);
		ck_assert(!holders_have(&list, bind, WHY_WRITABLE));
	}
	holders_done(&list);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("holder list");

	tcase_add_test(tests, settles);
	tcase_add_test(tests, finds_those_of_a_bind);
	return suite_run("holder list", tests);
}
