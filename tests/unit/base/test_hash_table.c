/* SPDX-License-Identifier: Apache-2.0 */
/* From a text to a number, and from a path to what lies above it. */
#include <stdio.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/macro.h"
#include "suite.h"

#define MANY 5000

static size_t get(const struct hash_table *map, const char *key)
{
	return hash_table_get(map, key, strlen(key));
}

static struct hash_table make(const char *const *keys, size_t n)
{
	struct hash_table map = {0};

	ck_assert_int_eq(hash_table_make(&map, n), 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(hash_table_put(&map, keys[i], i), HASH_TABLE_NONE);
	return map;
}

START_TEST(finds_what_was_put)
{
	static char keys[MANY][16];
	struct hash_table map = {0};

	ck_assert_int_eq(hash_table_make(&map, MANY), 0);
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "/a/%zu", i);
		ck_assert_uint_eq(hash_table_put(&map, keys[i], i), HASH_TABLE_NONE);
	}
	for (size_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(get(&map, keys[i]), i);
	ck_assert_uint_eq(get(&map, "/a/5000"), HASH_TABLE_NONE);
	ck_assert_uint_eq(get(&map, "/a"), HASH_TABLE_NONE);
	ck_assert_uint_eq(get(&map, ""), HASH_TABLE_NONE);
	hash_table_done(&map);
	hash_table_done(&map);
}
END_TEST

START_TEST(the_first_one_stays)
{
	struct hash_table map = {0};
	char again[] = "/a"; /* equal, and elsewhere */

	ck_assert_int_eq(hash_table_make(&map, 2), 0);
	ck_assert_uint_eq(hash_table_put(&map, "/a", 7), HASH_TABLE_NONE);
	ck_assert_uint_eq(hash_table_put(&map, again, 8), 7);
	ck_assert_uint_eq(get(&map, "/a"), 7);
	hash_table_done(&map);
}
END_TEST

START_TEST(reads_no_more_than_the_key)
{
	static const char *const keys[] = {"/a", "/ab"};
	struct hash_table map = make(keys, ARRAY_LEN(keys));

	ck_assert_uint_eq(hash_table_get(&map, "/abc", 2), 0);
	ck_assert_uint_eq(hash_table_get(&map, "/abc", 3), 1);
	ck_assert_uint_eq(hash_table_get(&map, "/abc", 4), HASH_TABLE_NONE);
	hash_table_done(&map);
}
END_TEST

START_TEST(nothing_is_in_none)
{
	struct hash_table map = {0};

	ck_assert_uint_eq(get(&map, "/a"), HASH_TABLE_NONE);
	ck_assert_uint_eq(hash_table_get_above(&map, "/a/b"), HASH_TABLE_NONE);
	ck_assert_uint_eq(hash_table_get_at_or_above(&map, "/a", NULL, NULL),
			  HASH_TABLE_NONE);
	hash_table_done(&map);
}
END_TEST

static bool is_not(size_t value, const void *arg)
{
	return value != *(const size_t *)arg;
}

/* clang-format off */
static const char *const places[] = {"/a", "/a/b", "/a/b/c/d", "/ab"};
static const struct {
	const char *path;
	size_t above, at_or_above;
	size_t but_for_b; /* the same where "/a/b" is not meant */
} rows[] = {
	{"/",          HASH_TABLE_NONE, HASH_TABLE_NONE, HASH_TABLE_NONE},
	{"/x",         HASH_TABLE_NONE, HASH_TABLE_NONE, HASH_TABLE_NONE},
	{"/a",         HASH_TABLE_NONE, 0, 0},
	{"/ab",        HASH_TABLE_NONE, 3, 3},
	{"/ab/c",      3, 3, 3},
	{"/abc",       HASH_TABLE_NONE, HASH_TABLE_NONE, HASH_TABLE_NONE},
	{"/a/b",       0, 1, 0},
	{"/a/bc",      0, 0, 0},
	{"/a/b/c",     1, 1, 0},
	{"/a/b/c/d",   1, 2, 2},
	{"/a/b/c/d/e", 2, 2, 2},
};
/* clang-format on */

START_TEST(finds_the_longest_above)
{
	static const size_t b = 1;
	struct hash_table map = make(places, ARRAY_LEN(places));
	const char *path = rows[_i].path;

	ck_assert_uint_eq(hash_table_get_above(&map, path), rows[_i].above);
	ck_assert_uint_eq(hash_table_get_at_or_above(&map, path, NULL, NULL),
			  rows[_i].at_or_above);
	ck_assert_uint_eq(hash_table_get_at_or_above(&map, path, is_not, &b),
			  rows[_i].but_for_b);
	hash_table_done(&map);
}
END_TEST

START_TEST(the_root_is_above_all)
{
	static const char *const keys[] = {"/", "/a"};
	struct hash_table map = make(keys, ARRAY_LEN(keys));

	ck_assert_uint_eq(hash_table_get_above(&map, "/"), HASH_TABLE_NONE);
	ck_assert_uint_eq(hash_table_get_at_or_above(&map, "/", NULL, NULL), 0);
	ck_assert_uint_eq(hash_table_get_above(&map, "/a"), 0);
	ck_assert_uint_eq(hash_table_get_above(&map, "/b/c"), 0);
	ck_assert_uint_eq(hash_table_get_above(&map, "/a/c"), 1);
	hash_table_done(&map);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("hash_table");

	tcase_add_test(tests, finds_what_was_put);
	tcase_add_test(tests, the_first_one_stays);
	tcase_add_test(tests, reads_no_more_than_the_key);
	tcase_add_test(tests, nothing_is_in_none);
	tcase_add_loop_test(tests, finds_the_longest_above, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tests, the_root_is_above_all);
	return suite_run("hash_table", tests);
}
