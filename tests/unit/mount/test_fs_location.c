/* SPDX-License-Identifier: Apache-2.0 */
/* Where paths lie in their file systems, and what mounts show of such places. */
#include <stdlib.h>

#include "mount/fs_location.h"
#include "suite.h"

struct place {
	const char *name;
	const char *mount_root;
	const char *mount_point;
	const char *path;
	const char *root; /* NULL: no place */
};

/* clang-format off */
static const struct place places[] = {
	{ "below a whole file system", "/", "/mnt", "/mnt/a/b", "/a/b" },
	{ "a mount point", "/", "/mnt", "/mnt", "/" },
	{ "below a bind", "/srv/x", "/t", "/t/a", "/srv/x/a" },
	{ "a bind", "/srv/x", "/t", "/t", "/srv/x" },
	{ "below the root directory", "/", "/", "/a/b", "/a/b" },
	{ "the root directory of a subvolume", "/@", "/", "/", "/@" },
	{ "beside the mount", "/", "/mnt", "/mnt2/a", NULL },
	{ "above the mount", "/", "/mnt/a", "/mnt", NULL },
};
/* clang-format on */

START_TEST(finds_places)
{
	const struct place *row = &places[_i];
	const struct mount m = {.superblock = 7,
				.root = row->mount_root,
				.point = row->mount_point};
	struct fs_location fs = {0};

	ck_assert_int_eq(fs_location_find(&m, row->path, &fs), 0);
	ck_assert_uint_eq(fs.superblock, 7);
	if (row->root)
		ck_assert_pstr_eq(fs.root, row->root);
	else
		ck_assert_ptr_null(fs.root);
	fs_location_done(&fs);
	ck_assert_ptr_null(fs.root);
}
END_TEST

struct comparison {
	const char *name;
	const char *place;
	const char *root; /* of the mount */
	uint64_t superblock;
	enum fs_view expected;
};

/* clang-format off */
static const struct comparison comparisons[] = {
	{ "the place itself", "/a/b", "/a/b", 7, FS_VIEW_SAME },
	{ "the root of the file system", "/", "/", 7, FS_VIEW_SAME },
	{ "deleted", "/a/b", "/a/b//deleted", 7, FS_VIEW_DELETED },
	{ "deleted and within", "/a", "/a/b//deleted", 7, FS_VIEW_NONE },
	{ "another that was deleted", "/a/b", "/a/c//deleted", 7, FS_VIEW_NONE },
	{ "a longer name", "/a/b", "/a/bc", 7, FS_VIEW_NONE },
	{ "within", "/a/b", "/a/b/c", 7, FS_VIEW_NONE },
	{ "above", "/a/b", "/a", 7, FS_VIEW_NONE },
	{ "a directory that has that name", "/a/b", "/a/b/deleted", 7, FS_VIEW_NONE },
	{ "another file system", "/a/b", "/a/b", 8, FS_VIEW_NONE },
	{ "no place", NULL, "/a/b", 7, FS_VIEW_NONE },
};
/* clang-format on */

START_TEST(compares_mounts)
{
	const struct comparison *row = &comparisons[_i];
	const struct fs_location fs = {7, (char *)row->place};
	const struct mount m = {.superblock = row->superblock, .root = row->root};

	ck_assert_msg(fs_location_compare(&fs, &m) == row->expected, "%s", row->name);
	ck_assert_msg(fs_location_is_shown(&fs, &m) == (row->expected == FS_VIEW_SAME),
		      "%s: shown", row->name);
}
END_TEST

START_TEST(knows_what_is_deleted)
{
	static const char *const deleted[] = {"/a//deleted", "//deleted"};
	static const char *const there[] = {"/", "/a", "/deleted", "/a/deleted",
					    "/a//deleted/b"};

	for (size_t i = 0; i < ARRAY_LEN(deleted); i++)
		ck_assert_msg(mount_is_deleted(&(struct mount){.root = deleted[i]}), "%s",
			      deleted[i]);
	for (size_t i = 0; i < ARRAY_LEN(there); i++)
		ck_assert_msg(!mount_is_deleted(&(struct mount){.root = there[i]}), "%s",
			      there[i]);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fs_location");

	tcase_add_loop_test(tests, finds_places, 0, ARRAY_LEN(places));
	tcase_add_loop_test(tests, compares_mounts, 0, ARRAY_LEN(comparisons));
	tcase_add_test(tests, knows_what_is_deleted);
	return suite_run("fs_location", tests);
}
