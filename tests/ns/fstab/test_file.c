/* SPDX-License-Identifier: Apache-2.0 */
/* The fstab file on real file systems: what is read, what a write keeps, how it fails. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "sandbox.h"
#include "base/cleanup.h"
#include "fstab/file.h"
#include "text_file.h"

#define OLD "/a /ta none bind,ro 0 0\n"
#define NEW OLD "/b /tb none bind,ro 0 0\n"

static void expect(const char *path, const char *text)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};

	ck_assert_int_eq(fstab_file_read(path, &file, &fault), 0);
	ck_assert_str_eq(file.text, text);
	ck_assert_uint_eq(file.size, strlen(text));
	fstab_file_done(&file);
}

/* Read, and write NEW in its place. */
static int rewrite(const char *path, struct fstab_file_error *fault)
{
	struct fstab_file file = {0};
	int r = fstab_file_read(path, &file, fault);

	if (r == 0)
		r = fstab_file_write(&file, NEW, strlen(NEW), fault);
	fstab_file_done(&file);
	return r;
}

static void make_tmpfs(const char *options)
{
	sandbox_mkdir("/mnt/fs");
	ck_assert_int_eq(mount("tmpfs", "/mnt/fs", "tmpfs", 0, options), 0);
	text_put("/mnt/fs/fstab", OLD);
}

START_TEST(a_missing_file_is_empty_and_is_made)
{
	struct fstab_file_error fault = {0};
	struct stat st;

	(void)umask(077);
	expect("/mnt/fstab", "");
	ck_assert_int_eq(rewrite("/mnt/fstab", &fault), 0);
	expect("/mnt/fstab", NEW);
	ck_assert_int_eq(stat("/mnt/fstab", &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0644);
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
}
END_TEST

START_TEST(the_mode_is_kept)
{
	struct fstab_file_error fault = {0};
	struct stat st;

	(void)umask(077);
	text_put("/mnt/fstab", OLD);
	ck_assert_int_eq(chmod("/mnt/fstab", 0664), 0);
	ck_assert_int_eq(rewrite("/mnt/fstab", &fault), 0);
	ck_assert_int_eq(stat("/mnt/fstab", &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0664);
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
}
END_TEST

START_TEST(a_symlink_is_followed)
{
	struct fstab_file_error fault = {0};
	struct stat st;

	sandbox_mkdir("/mnt/real");
	text_put("/mnt/real/tab", OLD);
	ck_assert_int_eq(symlink("real/tab", "/mnt/link"), 0);
	ck_assert_int_eq(symlink("/mnt/link", "/mnt/fstab"), 0);
	ck_assert_int_eq(rewrite("/mnt/fstab", &fault), 0);
	expect("/mnt/real/tab", NEW);
	ck_assert(lstat("/mnt/fstab", &st) == 0 && S_ISLNK(st.st_mode));
	ck_assert_int_eq(sandbox_count("/mnt/real"), 1);
}
END_TEST

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};

	ck_assert_int_eq((int)syscall(SYS_capset, &header, none), 0);
}

static void make_directory(void)
{
	sandbox_mkdir("/mnt/fstab");
}

static void make_dangling(void)
{
	ck_assert_int_eq(symlink("nowhere", "/mnt/fstab"), 0);
}

static void make_loop(void)
{
	ck_assert_int_eq(symlink("fstab", "/mnt/fstab"), 0);
}

static void make_fifo(void)
{
	ck_assert_int_eq(mkfifo("/mnt/fstab", 0600), 0);
}

static void make_unreadable(void)
{
	text_put("/mnt/fstab", OLD);
	ck_assert_int_eq(chmod("/mnt/fstab", 0), 0);
	drop_capabilities();
}

static void make_huge(void)
{
	text_put("/mnt/fstab", OLD);
	ck_assert_int_eq(truncate("/mnt/fstab", (64 << 20) + 1), 0);
}

/* clang-format off */
static const struct { const char *name; void (*make)(void); int error; enum fstab_file_step step; } bad[] = {
	{ "directory",  make_directory,  EISDIR, FSTAB_FILE_READ },
	{ "dangling",   make_dangling,   ENOENT, FSTAB_FILE_FIND },
	{ "loop",       make_loop,       ELOOP,  FSTAB_FILE_FIND },
	{ "fifo",       make_fifo,       EINVAL, FSTAB_FILE_READ },
	{ "unreadable", make_unreadable, EACCES, FSTAB_FILE_READ },
	{ "huge",       make_huge,       EFBIG,  FSTAB_FILE_READ },
};
/* clang-format on */

START_TEST(what_cannot_be_read)
{
	struct fstab_file_error fault = {0};

	bad[_i].make();
	ck_assert_msg(rewrite("/mnt/fstab", &fault) == -bad[_i].error, "%s", bad[_i].name);
	ck_assert_msg(fault.step == bad[_i].step, "%s: step %d", bad[_i].name, fault.step);
	ck_assert_str_eq(fault.path, "/mnt/fstab");
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
}
END_TEST

START_TEST(a_missing_folder)
{
	struct fstab_file_error fault = {0};

	ck_assert_int_eq(rewrite("/mnt/none/fstab", &fault), -ENOENT);
	ck_assert_int_eq(fault.step, FSTAB_FILE_FIND);
	ck_assert_str_eq(fault.path, "/mnt/none");
}
END_TEST

START_TEST(a_full_file_system)
{
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	static char large[1 << 20];
	char *name = NULL;

	make_tmpfs("size=64k");
	memset(large, '#', sizeof(large) - 1);
	ck_assert_int_eq(fstab_file_read("/mnt/fs/fstab", &file, &fault), 0);
	ck_assert_int_eq(fstab_file_write(&file, large, sizeof(large) - 1, &fault),
			 -ENOSPC);
	ck_assert_int_eq(fault.step, FSTAB_FILE_WRITE);
	ck_assert_int_eq(sandbox_count("/mnt/fs"), 1);
	/* no room for a single byte more */
	text_put("/mnt/large", "");
	{
		int fd = open("/mnt/fs/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		while (write(fd, large, 4096) > 0)
			;
		(void)close(fd);
	}
	ck_assert_int_eq(fstab_file_backup(&file, &name, &fault), -ENOSPC);
	ck_assert_int_eq(fault.step, FSTAB_FILE_BACKUP);
	ck_assert_ptr_null(name);
	if (fstab_lock("/mnt/fs/fstab", clock_now() + 10, &lock, &fault) < 0) {
		ck_assert_int_eq(fault.step, FSTAB_FILE_LOCK);
		ck_assert_str_eq(fault.path, "/mnt/fs/fstab");
	}
	fstab_unlock(&lock);
	expect("/mnt/fs/fstab", OLD);
	(void)unlink("/mnt/fs/fstab.lock"); /* libmount's, from 2.39 on */
	ck_assert_int_eq(sandbox_count("/mnt/fs"), 2);
	fstab_file_done(&file);
}
END_TEST

START_TEST(a_read_only_file_system)
{
	struct fstab_file_error fault = {0};
	struct fstab_lock lock = FSTAB_LOCK_INIT;

	make_tmpfs("");
	ck_assert_int_eq(mount("tmpfs", "/mnt/fs", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	ck_assert_int_eq(rewrite("/mnt/fs/fstab", &fault), -EROFS);
	ck_assert_int_eq(fault.step, FSTAB_FILE_CREATE);
	ck_assert_str_eq(fault.path, "/mnt/fs/fstab");
	ck_assert_int_eq(fstab_lock("/mnt/fs/fstab", clock_now() + 10, &lock, &fault),
			 -EROFS);
	ck_assert_int_eq(fault.step, FSTAB_FILE_LOCK);
	expect("/mnt/fs/fstab", OLD);
}
END_TEST

START_TEST(a_bind_mounted_file)
{
	struct fstab_file_error fault = {0};

	text_put("/mnt/outer", OLD);
	text_put("/mnt/fstab", "");
	ck_assert_int_eq(mount("/mnt/outer", "/mnt/fstab", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(rewrite("/mnt/fstab", &fault), -EBUSY);
	ck_assert_int_eq(fault.step, FSTAB_FILE_RENAME);
	ck_assert_str_eq(fault.path, "/mnt/fstab");
	expect("/mnt/fstab", OLD);
	expect("/mnt/outer", OLD);
	ck_assert_int_eq(sandbox_count("/mnt"), 2);
}
END_TEST

static void change_in_place(const char *path)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
	struct stat st;

	/* The same size, and the time of before: what tells is the ctime, if nothing else. */
	ck_assert_int_eq(stat(path, &st), 0);
	(void)usleep(20000);
	text_put(path, "/x /ta none bind,ro 0 0\n");
	times[1] = st.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void change_by_rename(const char *path)
{
	text_put("/mnt/other", "/x /ta none bind,ro 0 0\n");
	ck_assert_int_eq(rename("/mnt/other", path), 0);
}

static void change_by_removal(const char *path)
{
	ck_assert_int_eq(unlink(path), 0);
}

static void change_to_symlink(const char *path)
{
	text_put("/mnt/other", OLD);
	ck_assert(unlink(path) == 0 && symlink("other", path) == 0);
}

static void change_nothing(const char *path)
{
	text_put(path, OLD);
}

/* clang-format off */
static const struct { const char *name; bool is_there; void (*change)(const char *path); } changes[] = {
	{ "in place",   true,  change_in_place },
	{ "by rename",  true,  change_by_rename },
	{ "removed",    true,  change_by_removal },
	{ "to symlink", true,  change_to_symlink },
	{ "made",       false, change_nothing },
};
/* clang-format on */

START_TEST(a_file_that_changed_is_not_replaced)
{
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	struct fstab_file found = {0};
	long names = 0;

	if (changes[_i].is_there)
		text_put("/mnt/fstab", OLD);
	ck_assert_int_eq(fstab_file_read("/mnt/fstab", &file, &fault), 0);
	changes[_i].change("/mnt/fstab");
	names = sandbox_count("/mnt");
	ck_assert_msg(fstab_file_write(&file, NEW, strlen(NEW), &fault) == -ESTALE, "%s",
		      changes[_i].name);
	ck_assert_int_eq(fault.step, FSTAB_FILE_RENAME);
	ck_assert_int_eq(sandbox_count("/mnt"), names);
	ck_assert_int_eq(fstab_file_read("/mnt/fstab", &found, &fault), 0);
	ck_assert_msg(strcmp(found.text, NEW) != 0, "%s", changes[_i].name);
	fstab_file_done(&found);
	fstab_file_done(&file);
}
END_TEST

START_TEST(a_backup)
{
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	char *names[3] = {NULL};
	struct stat st;

	ck_assert_int_eq(fstab_file_read("/mnt/fstab", &file, &fault), 0);
	ck_assert_int_eq(fstab_file_backup(&file, &names[0], &fault), 0);
	ck_assert_ptr_null(names[0]);
	fstab_file_done(&file);
	text_put("/mnt/fstab", OLD);
	ck_assert_int_eq(chmod("/mnt/fstab", 0600), 0);
	ck_assert_int_eq(fstab_file_read("/mnt/fstab", &file, &fault), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_int_eq(fstab_file_backup(&file, &names[i], &fault), 0);
		expect(names[i], OLD);
		ck_assert(strncmp(names[i], "/mnt/fstab.", 11) == 0);
		ck_assert(names[i][strlen(names[i]) - 1] == '~');
		ck_assert(stat(names[i], &st) == 0 && st.st_mode == (S_IFREG | 0600));
	}
	ck_assert_int_eq(sandbox_count("/mnt"), 4);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		free(names[i]);
	fstab_file_done(&file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fstab_file");
	TCase *cases = tcase_create("fstab_file");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	if (!sandbox_is_possible())
		return 77;
	suite_add_tcase(suite, cases);
	tcase_add_checked_fixture(cases, sandbox_enter, NULL);
	tcase_add_test(cases, a_missing_file_is_empty_and_is_made);
	tcase_add_test(cases, the_mode_is_kept);
	tcase_add_test(cases, a_symlink_is_followed);
	tcase_add_loop_test(cases, what_cannot_be_read, 0, ARRAY_LEN(bad));
	tcase_add_test(cases, a_missing_folder);
	tcase_add_test(cases, a_full_file_system);
	tcase_add_test(cases, a_read_only_file_system);
	tcase_add_test(cases, a_bind_mounted_file);
	tcase_add_loop_test(cases, a_file_that_changed_is_not_replaced, 0,
			    ARRAY_LEN(changes));
	tcase_add_test(cases, a_backup);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
