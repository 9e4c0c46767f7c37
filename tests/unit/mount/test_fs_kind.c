/* SPDX-License-Identifier: Apache-2.0 */
/* Which file systems answer without anybody else, which of them tell of a change, and what the
 * size of a directory tells of what is in it. */
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"
#include "mount/fs_kind.h"
#include "suite.h"

#ifndef FUSE_SUPER_MAGIC /* headers of Linux 5.10 */
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/* clang-format off */
static const struct { const char *name; uint64_t magic; bool is_local; bool is_heard; } rows[] = {
	{ "ext4",       EXT4_SUPER_MAGIC,      true,  true },
	{ "tmpfs",      TMPFS_MAGIC,           true,  true },
	/* what lies below may be anywhere */
	{ "overlay",    OVERLAYFS_SUPER_MAGIC, false, true },
	{ "nfs4",       NFS_SUPER_MAGIC,       false, false },
	{ "fuse.sshfs", FUSE_SUPER_MAGIC,      false, false },
	{ "",           0,                     false, false },
};

static const struct { const char *name; uint64_t magic; uint64_t size; bool is_empty; } sizes[] = {
	{ "tmpfs, empty",       TMPFS_MAGIC,       40,   true },
	{ "tmpfs, a name",      TMPFS_MAGIC,       60,   false },
	{ "btrfs, empty",       BTRFS_SUPER_MAGIC, 0,    true },
	{ "btrfs, a name",      BTRFS_SUPER_MAGIC, 2,    false },
	{ "ext4 tells nothing", EXT4_SUPER_MAGIC,  4096, false },
	{ "nor where it is 0",  EXT4_SUPER_MAGIC,  0,    false },
	{ "nor where it is 40", XFS_SUPER_MAGIC,   40,   false },
	{ "ramfs has no sizes", RAMFS_MAGIC,       0,    false },
};
/* clang-format on */

START_TEST(what_is_local)
{
	ck_assert_msg(fs_is_local(rows[_i].magic) == rows[_i].is_local, "%s",
		      rows[_i].name);
	ck_assert_msg(fs_is_heard(rows[_i].magic) == rows[_i].is_heard, "%s",
		      rows[_i].name);
}
END_TEST

START_TEST(by_its_name)
{
	bool is_known = rows[_i].is_heard;

	ck_assert_msg(fs_magic_of(rows[_i].name) == (is_known ? rows[_i].magic : 0), "%s",
		      rows[_i].name);
}
END_TEST

START_TEST(what_a_size_tells)
{
	ck_assert_msg(fs_is_size_of_empty(sizes[_i].magic, sizes[_i].size) ==
			      sizes[_i].is_empty,
		      "%s", sizes[_i].name);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fs_kind");

	tcase_add_loop_test(tests, what_is_local, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, by_its_name, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, what_a_size_tells, 0, ARRAY_LEN(sizes));
	return suite_run("fs_kind", tests);
}
