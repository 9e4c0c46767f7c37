/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of mounts, read while somebody mounts and unmounts all the time: what is found
 * below a mount is found once, and no more than there is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/fd.h"
#include "kernel/features.h"
#include "kernel/mount_table.h"
#include "kernel/mountinfo.h"
#include "sandbox.h"
#include "suite.h"

#define READS  100u
#define MOUNTS 400u /* so many that the table has several pieces */

static void mount_on(unsigned i)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/mnt/%u", i);
	if (mount("tmpfs", path, "tmpfs", 0, NULL) != 0)
		_exit(1);
}

/* The oldest goes, which was told of first, and its number comes again, to be told last. */
static void churn(void)
{
	char path[64];

	for (unsigned i = 0;; i = (i + 1) % MOUNTS) {
		(void)snprintf(path, sizeof(path), "/mnt/%u", i);
		(void)umount2(path, MNT_DETACH);
		mount_on(i);
	}
}

static pid_t start_churning(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		churn();
	return pid;
}

static void make_mounts(void)
{
	char path[64];

	for (unsigned i = 0; i < MOUNTS; i++) {
		(void)snprintf(path, sizeof(path), "/mnt/%u", i);
		sandbox_mkdir(path);
		mount_on(i);
	}
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

static void assert_unique(uint64_t *ids, size_t n)
{
	qsort(ids, n, sizeof(*ids), by_value);
	for (size_t i = 1; i < n; i++)
		ck_assert_uint_ne(ids[i], ids[i - 1]);
}

START_TEST(changes_while_it_is_read)
{
	pid_t pid = 0;
	uint64_t root = 0;
	struct mount_list list = {0};

	make_mounts();
	ck_assert_int_eq(sys_read_mountinfo("/proc/self/mountinfo", &list), 0);
	for (size_t i = 0; i < list.count; i++)
		root = strcmp(list.items[i].point, "/mnt") == 0 ? list.items[i].id : root;
	mount_list_done(&list);
	pid = start_churning();
	for (unsigned i = 0; i < READS; i++) {
		uint64_t *ids = NULL;
		size_t n = 0;

		sys_table_changed(-1);
		ck_assert_int_eq(sys_table_below(root, &ids, &n), 0);
		ck_assert_uint_ge(n, MOUNTS / 2);
		assert_unique(ids, n);
		free(ids);
	}
	sandbox_end(pid);
	sys_table_done();
}
END_TEST

START_TEST(a_kept_view)
{
	struct mount m = {0};
	uint64_t *ids = NULL;
	size_t n = 0;
	int fd = open("/mnt", O_PATH | O_CLOEXEC);
	struct fd_info info = {0};

	sandbox_mkdir("/mnt/a/b");
	(void)features_probe();
	ck_assert_int_eq(mount("tmpfs", "/mnt/a", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(sys_fd_info(fd, &info), 0);
	sys_keep_view(true);
	ck_assert_int_eq(sys_table_below(info.mount, &ids, &n), 0);
	ck_assert_uint_eq(n, 1);
	/* What others do is not seen before the view is given up. */
	ck_assert_int_eq(umount2("/mnt/a", MNT_DETACH), 0);
	ck_assert_int_eq(sys_table_mount(ids[0], false, &m), 0);
	sys_keep_view(false);
	ck_assert_int_eq(sys_table_mount(ids[0], false, &m), -ENOENT);
	free(ids);
	(void)close(fd);
	sys_table_done();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mount_table");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_test(tests, changes_while_it_is_read);
	tcase_add_test(tests, a_kept_view);
	return suite_run("mount_table", tests);
}
