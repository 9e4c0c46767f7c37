/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/path.h"
#include "suite.h"

/* clang-format off */
static const struct {
	const char *path;
	const char *normal; /* or NULL: */
	const char *must;
} paths[] = {
	{"/",           "/",        NULL},
	{"//",          "/",        NULL},
	{"///a",        "/a",       NULL},
	{"/a/",         "/a",       NULL},
	{"/a//b///c//", "/a/b/c",   NULL},
	{"/a b/\xff\n", "/a b/\xff\n", NULL},
	{"/...",        "/...",     NULL},
	{"/.a/..b/c.",  "/.a/..b/c.", NULL},
	{"",            NULL, "must not be empty"},
	{"a",           NULL, "must be an absolute path"},
	{"./a",         NULL, "must be an absolute path"},
	{"/.",          NULL, "must not hold '.' or '..'"},
	{"/..",         NULL, "must not hold '.' or '..'"},
	{"/a/./b",      NULL, "must not hold '.' or '..'"},
	{"/a/../b",     NULL, "must not hold '.' or '..'"},
	{"/a/b/..",     NULL, "must not hold '.' or '..'"},
};

static const struct {
	const char *path, *above;
	const char *rest; /* or NULL: it lies elsewhere */
} pairs[] = {
	{"/a/b",  "/a",   "b"},
	{"/a/b/c", "/a",  "b/c"},
	{"/a",    "/a",   ""},
	{"/ab",   "/a",   NULL},
	{"/a",    "/ab",  NULL},
	{"/a",    "/a/b", NULL},
	{"/b/a",  "/a",   NULL},
	{"/a",    "/",    "a"},
	{"/a/b",  "/",    "a/b"},
	{"/",     "/",    ""},
	{"/",     "/a",   NULL},
};

static const struct {
	const char *above, *rest, *joined;
	size_t depth;
} joins[] = {
	{"/",    "",    "/",      0},
	{"/",    "a",   "/a",     1},
	{"/",    "a/b", "/a/b",   2},
	{"/a",   "",    "/a",     1},
	{"/a",   "b",   "/a/b",   2},
	{"/a/b", "c/d", "/a/b/c/d", 4},
};
/* clang-format on */

START_TEST(is_normalised)
{
	struct path_fault fault = {0};
	char *normal = path_normalise(paths[_i].path, strlen(paths[_i].path), &fault);

	ck_assert_pstr_eq(normal, paths[_i].normal);
	ck_assert_pstr_eq(fault.must, paths[_i].must);
	free(normal);
}
END_TEST

START_TEST(holds_no_nul)
{
	struct path_fault fault = {0};

	ck_assert_ptr_null(path_normalise("/a\0b", 4, &fault));
	ck_assert_str_eq(fault.must, "must not hold a NUL byte");
}
END_TEST

/* What comes after `length` bytes is no part of it. */
START_TEST(ends_where_it_is_said_to)
{
	struct path_fault fault = {0};
	char *normal = path_normalise("/a/b/..", 4, &fault);

	ck_assert_pstr_eq(normal, "/a/b");
	free(normal);
}
END_TEST

START_TEST(has_a_greatest_length)
{
	struct path_fault fault = {0};
	char text[PATH_MAX + 1];
	char *normal = NULL;

	memset(text, 'x', sizeof(text));
	text[0] = '/';
	normal = path_normalise(text, PATH_MAX - 1, &fault);
	ck_assert_ptr_nonnull(normal);
	ck_assert_uint_eq(strlen(normal), PATH_MAX - 1);
	free(normal);
	ck_assert_ptr_null(path_normalise(text, PATH_MAX, &fault));
	ck_assert_str_eq(fault.must, "must be shorter than 4096 bytes");
}
END_TEST

START_TEST(lies_below)
{
	const char *path = pairs[_i].path;
	const char *rest = pairs[_i].rest;

	ck_assert_pstr_eq(path_rest(path, pairs[_i].above), rest);
	ck_assert(path_is_below(path, pairs[_i].above) == (rest && *rest));
}
END_TEST

START_TEST(is_joined)
{
	char *joined = path_join(joins[_i].above, joins[_i].rest);

	ck_assert_pstr_eq(joined, joins[_i].joined);
	ck_assert_uint_eq(path_depth(joined), joins[_i].depth);
	free(joined);
}
END_TEST

START_TEST(goes_up_to_the_root)
{
	char path[] = "/a/bc/d";

	ck_assert(path_to_parent(path));
	ck_assert_str_eq(path, "/a/bc");
	ck_assert(path_to_parent(path));
	ck_assert_str_eq(path, "/a");
	ck_assert(path_to_parent(path));
	ck_assert_str_eq(path, "/");
	ck_assert(!path_to_parent(path));
	ck_assert_str_eq(path, "/");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("path");

	tcase_add_loop_test(tests, is_normalised, 0, (int)ARRAY_LEN(paths));
	tcase_add_test(tests, holds_no_nul);
	tcase_add_test(tests, ends_where_it_is_said_to);
	tcase_add_test(tests, has_a_greatest_length);
	tcase_add_loop_test(tests, lies_below, 0, (int)ARRAY_LEN(pairs));
	tcase_add_loop_test(tests, is_joined, 0, (int)ARRAY_LEN(joins));
	tcase_add_test(tests, goes_up_to_the_root);
	return suite_run("path", tests);
}
