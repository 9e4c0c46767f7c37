/* SPDX-License-Identifier: Apache-2.0 */
/* One mount as plain data: what it is, and what it owns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mount/flags.h"
#include "mount/mount.h"
#include "suite.h"

/* clang-format off */
static const struct { const char *name; uint32_t propagation; bool is_shared, is_private; } kinds[] = {
	{ "private",          PROPAGATION_PRIVATE,                     false, true },
	{ "shared",           PROPAGATION_SHARED,                      true,  false },
	{ "slave",            PROPAGATION_SLAVE,                       false, false },
	{ "shared and slave", PROPAGATION_SHARED | PROPAGATION_SLAVE,  true,  false },
	{ "unbindable",       PROPAGATION_UNBINDABLE,                  false, false },
};
/* clang-format on */

START_TEST(propagation_is_told_apart)
{
	const struct mount m = {.propagation = kinds[_i].propagation};

	ck_assert_msg(mount_is_shared(&m) == kinds[_i].is_shared, "%s", kinds[_i].name);
	ck_assert_msg(mount_is_private(&m) == kinds[_i].is_private, "%s", kinds[_i].name);
}
END_TEST

START_TEST(read_only_is_one_bit)
{
	const struct mount ro = {.attr = MOUNT_FLAG_RDONLY | MOUNT_FLAG_NOSUID};
	const struct mount rw = {.attr = ~MOUNT_FLAG_RDONLY};

	ck_assert(mount_is_read_only(&ro));
	ck_assert(!mount_is_read_only(&rw));
}
END_TEST

/* clang-format off */
static const struct { const char *root; bool is_deleted; } roots[] = {
	{ "/",                    false },
	{ "/a",                   false },
	{ "/a//deleted",          true },
	{ "/a b//deleted",        true },
	{ "//deleted",            true },
	{ "/deleted",             false },
	{ "/a/deleted",           false },
	{ "/a//deleted/b",        false },
	{ "/a//deleted2",         false },
	{ "",                     false },
};
/* clang-format on */

START_TEST(a_deleted_root_has_a_mark)
{
	const struct mount m = {.root = roots[_i].root};

	ck_assert_msg(mount_is_deleted(&m) == roots[_i].is_deleted, "'%s'", roots[_i].root);
}
END_TEST

/* clang-format off */
static const struct { uint64_t superblock; const char *root; bool is_same; } trees[] = {
	{ (uint64_t)8 << 32 | 1,  "/a",           true },
	{ (uint64_t)8 << 32 | 1,  "/a/b",         false },
	{ (uint64_t)8 << 32 | 1,  "/",            false },
	{ (uint64_t)8 << 32 | 1,  "/a//deleted",  false },
	{ (uint64_t)8 << 32 | 2,  "/a",           false },
	{ (uint64_t)1 << 32 | 8,  "/a",           false },
	{ 1,                      "/a",           false },
};
/* clang-format on */

START_TEST(a_tree_is_a_file_system_and_a_root)
{
	const struct mount a = {.id = 1, .superblock = (uint64_t)8 << 32 | 1, .root = "/a"};
	const struct mount b = {
		.id = 2,
		.superblock = trees[_i].superblock,
		.root = trees[_i].root,
	};

	ck_assert_msg(mount_is_same_tree(&a, &b) == trees[_i].is_same, "%s",
		      trees[_i].root);
	ck_assert(mount_is_same_tree(&b, &a) == trees[_i].is_same);
}
END_TEST

START_TEST(texts_are_copies)
{
	char root[] = "/a b";
	char point[] = "";
	char fs_type[] = "fuse.sshfs";
	struct mount m = {.id = 7};

	ck_assert_int_eq(mount_set_text(&m, root, point, fs_type), 0);
	root[1] = fs_type[0] = 'x';
	ck_assert_str_eq(m.root, "/a b");
	ck_assert_str_eq(m.point, "");
	ck_assert_str_eq(m.fs_type, "fuse.sshfs");
	ck_assert_uint_eq(m.id, 7);
	mount_done(&m);
	mount_done(&m);
	ck_assert(!m.text && !m.root && m.id == 0);
}
END_TEST

START_TEST(a_list_owns_its_mounts)
{
	struct mount_list list = {.items = calloc(3, sizeof(struct mount)), .count = 3};

	ck_assert_ptr_nonnull(list.items);
	/* The one in the middle was read without its texts. */
	ck_assert_int_eq(mount_set_text(&list.items[0], "/", "/a", "ext4"), 0);
	ck_assert_int_eq(mount_set_text(&list.items[2], "/", "/b", "ext4"), 0);
	mount_list_done(&list);
	mount_list_done(&list);
	ck_assert(!list.items && list.count == 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mount");

	tcase_add_loop_test(tests, propagation_is_told_apart, 0, ARRAY_LEN(kinds));
	tcase_add_test(tests, read_only_is_one_bit);
	tcase_add_loop_test(tests, a_deleted_root_has_a_mark, 0, ARRAY_LEN(roots));
	tcase_add_loop_test(tests, a_tree_is_a_file_system_and_a_root, 0, ARRAY_LEN(trees));
	tcase_add_test(tests, texts_are_copies);
	tcase_add_test(tests, a_list_owns_its_mounts);
	return suite_run("mount", tests);
}
