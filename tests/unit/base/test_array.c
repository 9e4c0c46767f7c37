/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays that double, and the search in sorted ones. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "suite.h"

START_TEST(keeps_what_it_holds)
{
	int *items = NULL;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(ARRAY_RESERVE(items, (size_t)i, 1), 0);
		items[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(items[i], i);
	free(items);
}
END_TEST

/* Room is for a power of two: an array moves, if at all, only where its count is one. */
START_TEST(doubles)
{
	const size_t count = (size_t)_i;
	char *items = NULL;
	char *grown = NULL;

	ck_assert_int_eq(ARRAY_RESERVE(items, 0, count), 0);
	grown = items;
	ck_assert_int_eq(ARRAY_RESERVE(grown, count, 1), 0);
	if (count < 4 || (count & (count - 1)) != 0)
		ck_assert_ptr_eq(grown, items);
	ck_assert_int_eq(ARRAY_RESERVE(grown, count + 1, 100), 0);
	memset(grown, 'x', count + 101);
	free(grown);
}
END_TEST

/* Taking elements out does not make the array believe in more room than there is. */
START_TEST(shrinks_and_grows_again)
{
	char *items = NULL;

	ck_assert_int_eq(ARRAY_RESERVE(items, 0, 9), 0);
	for (size_t count = (size_t)_i; count < 100; count++) {
		ck_assert_int_eq(ARRAY_RESERVE(items, count, 1), 0);
		items[count] = 'x';
	}
	free(items);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	size_t count;
	size_t more;
	size_t size;
} too_large[] = {
	{"sum",       SIZE_MAX,         1,            1},
	{"sum of 8",  SIZE_MAX - 3,     8,            8},
	{"power",     SIZE_MAX / 2 + 2, 1,            1},
	{"product",   4,                SIZE_MAX / 8, 16},
	{"no memory", 4,                SIZE_MAX / 8, 2},
};
/* clang-format on */

START_TEST(refuses_what_cannot_be)
{
	int *items = NULL;
	int *before = NULL;

	ck_assert_int_eq(ARRAY_RESERVE(items, 0, 1), 0);
	before = items;
	items[0] = 7;
	errno = 0;
	ck_assert_msg(!array_grow(items, too_large[_i].count, too_large[_i].more,
				  too_large[_i].size),
		      "%s: grown", too_large[_i].name);
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_int_eq(ARRAY_RESERVE(items, 1, SIZE_MAX), -1);
	ck_assert_ptr_eq(items, before);
	ck_assert_int_eq(items[0], 7);
	free(items);
}
END_TEST

static const int sorted[] = {2, 4, 4, 4, 8, 10};

static int compare(const void *key, const void *element)
{
	const int *x = key;
	const int *y = element;

	return (*x > *y) - (*x < *y);
}

/* For each count of elements and each key: the same as looking at one after another. */
START_TEST(lower_bound)
{
	const size_t count = (size_t)_i;

	for (int key = 0; key < 12; key++) {
		size_t first = 0;

		while (first < count && sorted[first] < key)
			first++;
		ck_assert_msg(ARRAY_LOWER_BOUND(sorted, count, &key, compare) == first,
			      "%d in the first %zu is not at %zu", key, count, first);
	}
}
END_TEST

START_TEST(lower_bound_of_nothing)
{
	const int *none = NULL;

	ck_assert_uint_eq(ARRAY_LOWER_BOUND(none, 0, &sorted[0], compare), 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("array");

	tcase_add_test(tests, keeps_what_it_holds);
	tcase_add_loop_test(tests, doubles, 1, 40);
	tcase_add_loop_test(tests, shrinks_and_grows_again, 0, 10);
	tcase_add_loop_test(tests, refuses_what_cannot_be, 0, ARRAY_LEN(too_large));
	tcase_add_loop_test(tests, lower_bound, 0, ARRAY_LEN(sorted) + 1);
	tcase_add_test(tests, lower_bound_of_nothing);
	return suite_run("array", tests);
}
