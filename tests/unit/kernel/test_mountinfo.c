/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of mounts as they may be read: the kernel hands them out in pieces, and a number
 * is given again as soon as its mount is gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "kernel/mountinfo.h"
#include "mount/flags.h"
#include "mount/fs_kind.h"
#include "suite.h"

#define ROOT  "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
#define A     "21 20 0:30 / /a rw shared:7 - tmpfs a rw\n"
#define B     "22 21 0:31 / /a/b ro,nosuid,noatime master:7 - tmpfs b rw\n"
#define NEW_A "21 20 0:32 / /new rw - tmpfs n rw\n"
#define NEW_B "22 20 0:33 / /other rw - tmpfs n rw\n"

static const char *text_path;

static struct mount_list read_text(const char *text)
{
	struct mount_list list = {0};
	FILE *file = fopen(text_path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(sys_read_mountinfo(text_path, &list), 0);
	return list;
}

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	const char *want; /* id:point of each mount that is left, in the file's order */
} rows[] = {
	{ "in order", ROOT A B, "20:/ 21:/a 22:/a/b " },
	{ "a root that is on itself", "1 1 0:2 / / rw - rootfs r rw\n", "1:/ " },
	{ "blanks", ROOT "21 20 0:30 / /a\\040b\\011c rw - tmpfs a rw\n", "20:/ 21:/a b\tc " },
	{ "children first", ROOT B A, "20:/ 22:/a/b 21:/a " },
	{ "a stack", ROOT A "30 21 0:31 / /a rw - tmpfs b rw\n31 30 0:31 / /a rw - tmpfs b rw\n",
	  "20:/ 21:/a 30:/a 31:/a " },
	{ "a number given again", ROOT A B NEW_A, "20:/ 22:/a/b 21:/new " },
	{ "given again twice", ROOT A NEW_A B NEW_A, "20:/ 22:/a/b 21:/new " },
	{ "all of them twice", ROOT A B ROOT A B, "20:/ 21:/a 22:/a/b " },
	{ "a circle of two", ROOT A "22 23 0:31 / /x rw - tmpfs b rw\n23 22 0:32 / /y rw - tmpfs b rw\n",
	  "20:/ 21:/a " },
	{ "a circle by a number given again", ROOT A B "21 22 0:32 / /a/b/c rw - tmpfs n rw\n", "20:/ " },
	{ "what hangs on a circle", ROOT "22 23 0:31 / /x rw - tmpfs b rw\n23 22 0:32 / /y rw - tmpfs b rw\n"
	  "24 23 0:33 / /y/z rw - tmpfs b rw\n25 20 0:33 / /good rw - tmpfs b rw\n", "20:/ 25:/good " },
	{ "a parent that is out of sight", "40 39 0:31 / /x rw - tmpfs b rw\n", "40:/x " },
};
/* clang-format on */

START_TEST(each_row)
{
	struct mount_list list = read_text(rows[_i].text);
	char have[256] = "";

	for (size_t i = 0; i < list.count; i++) {
		size_t n = strlen(have);

		(void)snprintf(have + n, sizeof(have) - n, "%lu:%s ",
			       (unsigned long)list.items[i].id, list.items[i].point);
	}
	ck_assert_msg(strcmp(have, rows[_i].want) == 0, "%s: %s", rows[_i].name, have);
	mount_list_done(&list);
}
END_TEST

START_TEST(all_that_is_told)
{
	struct mount_list list = read_text(ROOT A B);
	const struct mount *a = &list.items[1];
	const struct mount *b = &list.items[2];

	ck_assert_uint_eq(a->propagation, PROPAGATION_SHARED);
	ck_assert_uint_eq(a->peer_group, 7);
	ck_assert_uint_eq(a->attr, MOUNT_FLAG_STRICTATIME);
	ck_assert_uint_eq(b->parent, 21);
	ck_assert_uint_eq(b->superblock, 31);
	ck_assert_uint_eq(b->propagation, PROPAGATION_SLAVE);
	ck_assert_uint_eq(b->master, 7);
	ck_assert_uint_eq(b->attr,
			  MOUNT_FLAG_RDONLY | MOUNT_FLAG_NOSUID | MOUNT_FLAG_NOATIME);
	ck_assert_str_eq(b->root, "/");
	ck_assert_str_eq(b->fs_type, "tmpfs");
	mount_list_done(&list);
}
END_TEST

START_TEST(no_such_file)
{
	struct mount_list list = {.count = 7};

	ck_assert_int_lt(sys_read_mountinfo("/nowhere/mountinfo", &list), 0);
	ck_assert_uint_eq(list.count, 7);
}
END_TEST

/* clang-format off */
static const struct { const char *fs_type; bool is_local; } kinds[] = {
	{ "ext2", true },  { "ext3", true },  { "ext4", true },     { "xfs", true },   { "btrfs", true },
	{ "f2fs", true },  { "tmpfs", true }, { "ramfs", true },    { "devtmpfs", true }, { "rootfs", true }, { "nfs4", false }, { "fuse.sshfs", false },
	{ "autofs", false }, { "overlay", false }, { "ext", false }, { "tmpfs2", false },
};
/* clang-format on */

/* As fs_is_local() has it of what newer kernels tell. */
START_TEST(local_file_systems)
{
	char text[128];
	struct mount_list list = {0};

	(void)snprintf(text, sizeof(text), "20 1 8:1 / / rw - %s /dev/sda1 rw\n",
		       kinds[_i].fs_type);
	list = read_text(text);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_msg(fs_is_local(list.items[0].magic) == kinds[_i].is_local, "%s",
		      kinds[_i].fs_type);
	mount_list_done(&list);
}
END_TEST

int main(void)
{
	char name[] = "/tmp/mountinfo-XXXXXX";
	TCase *tests = tcase_create("mountinfo");
	int fd = mkstemp(name);
	int status = 0;

	if (fd < 0)
		return 1;
	(void)close(fd);
	text_path = name;
	tcase_add_loop_test(tests, each_row, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, all_that_is_told);
	tcase_add_test(tests, no_such_file);
	tcase_add_loop_test(tests, local_file_systems, 0, ARRAY_LEN(kinds));
	status = suite_run("mountinfo", tests);
	(void)unlink(name);
	return status;
}
