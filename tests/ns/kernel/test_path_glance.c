/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at paths by their last names: they tell what opening tells, or that it has to be
 * opened; and at the end, whether each directory is still what its path leads to.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"
#include "sandbox.h"
#include "suite.h"

static void begin(void)
{
	sandbox_enter();
	(void)features_probe();
	sandbox_mkdir("/mnt/dir/a");
	sandbox_mkdir("/mnt/dir/b");
	sandbox_mkdir("/mnt/other");
	ck_assert_int_eq(symlink("a", "/mnt/dir/link"), 0);
	ck_assert_int_eq(mount("tmpfs", "/mnt/dir/b", "tmpfs", 0, NULL), 0);
	sys_glance_begin();
}

/* The first one in a directory is opened: another need not follow. */
static int glance(const char *path, struct file_id *ret)
{
	ck_assert_int_eq(sys_glance(path, ret), -EAGAIN);
	return sys_glance(path, ret);
}

static void expect_as_opened(const char *path)
{
	scoped_fd int fd = sys_open(path);
	struct file_id seen = {0};
	struct file_id opened = {0};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sys_stat(fd, &opened), 0);
	ck_assert_int_eq(sys_glance(path, &seen), 0);
	ck_assert_uint_eq(seen.mount, opened.mount);
	ck_assert_uint_eq(seen.dev, opened.dev);
	ck_assert_uint_eq(seen.ino, opened.ino);
	ck_assert_uint_eq(seen.mode, opened.mode);
	ck_assert_int_eq(seen.is_mount_root, opened.is_mount_root);
}

START_TEST(it_tells_what_opening_tells)
{
	struct file_id file_id = {0};

	begin();
	if (!features_found()->view_calls || !features_found()->cached_walks)
		return;
	ck_assert_int_eq(glance("/mnt/dir/a", &file_id), 0);
	expect_as_opened("/mnt/dir/a");
	expect_as_opened("/mnt/dir/b");
	ck_assert_int_eq(sys_glance("/mnt/dir/none", &file_id), -ENOENT);
	ck_assert_int_eq(sys_glance("/mnt/dir/link", &file_id), -EAGAIN);
	/* Through a symlink, and from "/" itself: never. */
	ck_assert_int_eq(glance("/mnt/dir/link/x", &file_id), -EAGAIN);
	ck_assert_int_eq(glance("/mnt", &file_id), -EAGAIN);
	ck_assert(sys_glance_is_true());
	sys_glance_done();
	ck_assert_int_eq(sys_glance("/mnt/dir/a", &file_id), -EAGAIN);
}
END_TEST

static void swap(void)
{
	ck_assert_int_eq(rename("/mnt/dir", "/mnt/old"), 0);
	sandbox_mkdir("/mnt/dir/a");
}

static void cover(void)
{
	ck_assert_int_eq(mount("tmpfs", "/mnt/dir", "tmpfs", 0, NULL), 0);
	sandbox_mkdir("/mnt/dir/a");
}

static void link_away(void)
{
	ck_assert_int_eq(rename("/mnt/dir", "/mnt/old"), 0);
	ck_assert_int_eq(symlink("old", "/mnt/dir"), 0);
}

static void move_away(void)
{
	ck_assert_int_eq(rename("/mnt/dir", "/mnt/old"), 0);
}

static void give_way(void)
{
	struct file_id file_id = {0};

	swap();
	for (unsigned i = 0; i < 20; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/mnt/other/%u/x", i);
		sandbox_mkdir(path);
		ck_assert_int_eq(glance(path, &file_id), 0);
	}
}

static void (*const changes[])(void) = {swap, cover, link_away, move_away, give_way};

/* Whoever looked is told that it has to be looked at anew. */
START_TEST(a_directory_that_is_another_is_told)
{
	struct file_id file_id = {0};

	begin();
	if (!features_found()->view_calls || !features_found()->cached_walks)
		return;
	ck_assert_int_eq(glance("/mnt/dir/a", &file_id), 0);
	ck_assert(sys_glance_is_true());
	changes[_i]();
	ck_assert(!sys_glance_is_true());
	sys_glance_done();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("path_glance");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_test(tests, it_tells_what_opening_tells);
	tcase_add_loop_test(tests, a_directory_that_is_another_is_told, 0,
			    ARRAY_LEN(changes));
	return suite_run("path_glance", tests);
}
