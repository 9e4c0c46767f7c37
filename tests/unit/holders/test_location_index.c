/* SPDX-License-Identifier: Apache-2.0 */
/* Which binds a place in a file system has to do with. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "holders/location_index.h"
#include "suite.h"

#define SB1 ((uint64_t)8 << 32 | 1)
#define SB2 ((uint64_t)8 << 32 | 2)

/* Several binds of one source, one of them of a file system of its own, one self-bind. */
static struct fs_location covered[] = {{SB2, "/"}, {SB2, "/old/a"}, {SB1, "/a"}};

/* clang-format off */
static const struct bind_location locations[] = {
	{ .bind = 0, .dev = 5, .ino = 10, .from.at = { SB1, "/a" },   .place = { SB2, "/t" } },
	{ .bind = 1, .dev = 5, .ino = 10, .from.at = { SB1, "/a" },   .place = { SB2, "/u" } },
	{ .bind = 2, .dev = 5, .ino = 12, .from.at = { SB1, "/a/b" }, .place = { SB2, "/u" },
	  .from.covered = covered, .from.n_covered = ARRAY_LEN(covered) },
	{ .bind = 3, .dev = 6, .ino = 2,  .from.at = { SB2, "/" },    .place = { SB1, "/t" } },
	{ .bind = 4, .dev = 5, .ino = 13, .from.at = { SB1, "/s" },   .place = { SB1, "/s" } },
	{ .bind = 5, .dev = 0, .ino = 0,  .from.at = { SB1, NULL },   .place = { SB1, NULL } }, /* missing */
};
/* clang-format on */

static struct location_index index_of_all(void)
{
	struct location_index index = {0};

	ck_assert_int_eq(location_index_make(locations, ARRAY_LEN(locations), &index), 0);
	return index;
}

/* The binds that a place has to do with, in any order, as a set of bits. */
/* clang-format off */
static const struct { enum location_kind kind; uint64_t superblock; const char *root; unsigned binds; } finds[] = {
	{ LOCATION_PLACE,   SB2, "/t",             1u << 0 },
	{ LOCATION_PLACE,   SB2, "/u",             1u << 1 | 1u << 2 },
	{ LOCATION_PLACE,   SB1, "/t",             1u << 3 },
	{ LOCATION_PLACE,   SB1, "/u",             0 },
	{ LOCATION_PLACE,   SB1, "/s",             1u << 4 },
	{ LOCATION_PLACE,   SB2, "/",              0 },
	{ LOCATION_SOURCE,  SB1, "/a",             1u << 0 | 1u << 1 },
	{ LOCATION_SOURCE,  SB1, "/a/b",           1u << 2 },
	{ LOCATION_SOURCE,  SB1, "/a/",            0 },
	{ LOCATION_SOURCE,  SB2, "/a",             0 },
	{ LOCATION_SOURCE,  SB2, "/",              1u << 3 },
	{ LOCATION_SOURCE,  SB1, "/a//deleted",    0 },
	{ LOCATION_DELETED, SB1, "/a//deleted",    1u << 0 | 1u << 1 },
	{ LOCATION_DELETED, SB1, "/a",             0 },
	{ LOCATION_DELETED, SB1, "/a/b//deleted",  1u << 2 },
	{ LOCATION_COVERED, SB2, "/old/a",         1u << 2 },
	{ LOCATION_COVERED, SB1, "/a",             1u << 2 },
	{ LOCATION_COVERED, SB2, "/",              0 }, /* a whole file system says nothing */
	{ LOCATION_COVERED, SB1, "/zzz",           0 },
};
/* clang-format on */

START_TEST(binds_are_found_by_place)
{
	struct location_index index = index_of_all();
	unsigned binds = 0;

	for (const struct location_row *row =
		     location_find(&index, finds[_i].kind, finds[_i].superblock,
				   finds[_i].root);
	     row; row = location_next(&index, row)) {
		unsigned bit = 1u << row->location->bind;

		ck_assert_msg(!(binds & bit), "%d: bind %zu twice", _i,
			      row->location->bind);
		binds |= bit;
	}
	ck_assert_msg(binds == finds[_i].binds, "%d: %s: %#x, not %#x", _i, finds[_i].root,
		      binds, finds[_i].binds);
	location_index_done(&index);
	location_index_done(&index);
}
END_TEST

/* The sources from an inode on: how many there are left on that device. */
/* clang-format off */
static const struct { uint64_t dev, ino; size_t n_left; uint64_t first; } sources[] = {
	{ 5, 0,  4, 10 },
	{ 5, 10, 4, 10 },
	{ 5, 11, 2, 12 },
	{ 5, 13, 1, 13 },
	{ 5, 14, 0, 0 },
	{ 6, 0,  1, 2 },
	{ 4, 99, 0, 0 },
	{ 7, 0,  0, 0 },
	{ 0, 0,  0, 0 },
};
/* clang-format on */

START_TEST(sources_are_found_by_inode)
{
	struct location_index index = index_of_all();
	size_t first = location_source(&index, sources[_i].dev, sources[_i].ino);
	size_t n = 0;

	for (size_t i = first; i < index.n_sources; i++, n++) {
		if (index.sources[i].dev != sources[_i].dev)
			break;
		ck_assert_uint_ge(index.sources[i].ino, sources[_i].ino);
	}
	ck_assert_msg(n == sources[_i].n_left, "%d: %zu", _i, n);
	if (n > 0)
		ck_assert_uint_eq(index.sources[first].ino, sources[_i].first);
	location_index_done(&index);
}
END_TEST

START_TEST(no_binds_are_never_found)
{
	struct location_index index = {0};

	ck_assert_int_eq(location_index_make(NULL, 0, &index), 0);
	ck_assert_ptr_null(location_find(&index, LOCATION_SOURCE, SB1, "/a"));
	ck_assert_uint_eq(location_source(&index, 5, 10), index.n_sources);
	location_index_done(&index);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("location_index");

	tcase_add_loop_test(tests, binds_are_found_by_place, 0, ARRAY_LEN(finds));
	tcase_add_loop_test(tests, sources_are_found_by_inode, 0, ARRAY_LEN(sources));
	tcase_add_test(tests, no_binds_are_never_found);
	return suite_run("location_index", tests);
}
