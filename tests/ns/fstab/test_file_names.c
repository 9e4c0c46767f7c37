/* SPDX-License-Identifier: Apache-2.0 */
/* Which file a name stands for: another than was read, or is open; the real one; a lock's. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "fstab/file.h"
#include "fstab/file_private.h"
#include "sandbox.h"
#include "suite.h"
#include "text_file.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"
#define NEW   OLD "/b /tb none bind,ro 0 0\n"

/* ---- a file that is no longer the one that was read ---- */

static void change_text(void)
{
	text_put(FSTAB, NEW);
}

static void change_file(void)
{
	text_put("/mnt/other", OLD);
	ck_assert_int_eq(rename("/mnt/other", FSTAB), 0);
}

static void change_to_none(void)
{
	ck_assert_int_eq(unlink(FSTAB), 0);
}

static void (*const changes[])(void) = {change_text, change_file, change_to_none};

START_TEST(is_not_copied)
{
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	char *name = NULL;
	long n = 0;

	text_put(FSTAB, OLD);
	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	(void)usleep(20000);
	changes[_i]();
	n = sandbox_count("/mnt");
	ck_assert_int_eq(fstab_file_backup(&file, &name, &fault), -ESTALE);
	ck_assert_int_eq(fault.step, FSTAB_FILE_BACKUP);
	ck_assert_str_eq(fault.path, FSTAB);
	ck_assert_ptr_null(name);
	ck_assert_int_eq(sandbox_count("/mnt"), n);
	fstab_file_done(&file);
}
END_TEST

START_TEST(a_name_is_that_of_the_open_file)
{
	scoped_fd int fd = open("/mnt/a", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	text_put("/mnt/b", "");
	ck_assert(fstab_file_is_at(fd, "/mnt/a"));
	ck_assert(!fstab_file_is_at(fd, "/mnt/b"));
	ck_assert(!fstab_file_is_at(fd, "/mnt/none"));
	ck_assert(!fstab_file_is_at(-1, "/mnt/a"));
	ck_assert_int_eq(symlink("a", "/mnt/link"), 0);
	ck_assert(!fstab_file_is_at(fd, "/mnt/link"));
	ck_assert_int_eq(rename("/mnt/b", "/mnt/a"), 0);
	ck_assert(!fstab_file_is_at(fd, "/mnt/a"));
}
END_TEST

/* ---- names ---- */

/* clang-format off */
static const struct { const char *path; const char *real; const char *folder; } names[] = {
	{ "/mnt/none",       "/mnt/none",     "/mnt/" },
	{ "/none-in-root",   "/none-in-root", "/" },
	{ "none",            "/mnt/none",     "/mnt/" },
	{ "/mnt/dir/none",   "/mnt/dir/none", "/mnt/dir/" },
	{ "/mnt/link/none",  "/mnt/dir/none", "/mnt/dir/" },
	{ "/mnt/link/file",  "/mnt/dir/file", "/mnt/dir/" },
	{ "link/../file",    "/mnt/file",     "/mnt/" },
};
/* clang-format on */

START_TEST(the_real_name_is_found)
{
	struct fstab_file_error fault = {0};
	scoped_mem char *real = NULL;
	scoped_mem char *folder = NULL;

	sandbox_mkdir("/mnt/dir");
	text_put("/mnt/dir/file", "");
	ck_assert_int_eq(symlink("dir", "/mnt/link"), 0);
	ck_assert_int_eq(fstab_file_find(names[_i].path, &real, &fault), 0);
	ck_assert_str_eq(real, names[_i].real);
	folder = fstab_file_folder(real);
	ck_assert_str_eq(folder, names[_i].folder);
}
END_TEST

/* ---- locks ---- */

/* Also of a lock that nobody but root can have open; and not the one before. */
START_TEST(who_holds_it_is_named)
{
	struct fstab_file_error fault = {.holder = 77};
	const struct fstab_wait wait = {.deadline = clock_now(), .fault = &fault};
	scoped_fd int held =
		open(FSTAB ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_EXCL, 0600);
	scoped_fd int fd = -1;
	char *file = NULL;

	ck_assert_int_eq(flock(held, LOCK_EX), 0);
	ck_assert_int_eq(fstab_lock_take_flock(FSTAB, &wait, &file, &fd), -ETIMEDOUT);
	ck_assert_int_eq(fault.holder, getpid());
	ck_assert_str_eq(fault.path, FSTAB);
	ck_assert_ptr_null(file);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("file_names");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_loop_test(tests, is_not_copied, 0, (int)ARRAY_LEN(changes));
	tcase_add_test(tests, a_name_is_that_of_the_open_file);
	tcase_add_loop_test(tests, the_real_name_is_found, 0, (int)ARRAY_LEN(names));
	tcase_add_test(tests, who_holds_it_is_named);
	return suite_run("file_names", tests);
}
