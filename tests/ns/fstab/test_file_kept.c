/* SPDX-License-Identifier: Apache-2.0 */
/* What a write keeps and leaves: the owner, the file of another, each descriptor; and what can be foreseen. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "fstab/file.h"
#include "fstab/file_private.h"
#include "sandbox.h"
#include "suite.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"
#define NEW   OLD "/b /tb none bind,ro 0 0\n"

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* Under the lock: read, copied, and written. */
static int rewrite(struct fstab_file_error *fault)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file file = {0};
	scoped_mem char *name = NULL;
	int r = fstab_lock(FSTAB, clock_now(), &lock, fault);

	if (r == 0)
		r = fstab_file_read(FSTAB, &file, fault);
	if (r == 0)
		r = fstab_file_backup(&file, &name, fault);
	if (r == 0)
		r = fstab_file_write(&file, NEW, strlen(NEW), fault);
	fstab_file_done(&file);
	fstab_unlock(&lock);
	if (name)
		fstab_file_drop_backup(name);
	return r;
}

/* ---- what is kept ---- */

static const uid_t owners[][2] = {{1, 0}, {0, 1}, {1, 1}, {0, 0}};

START_TEST(the_owner_is_kept)
{
	struct fstab_file_error fault = {0};
	struct stat st;

	put(FSTAB, OLD);
	if (chown(FSTAB, owners[_i][0], owners[_i][1]) < 0)
		return; /* a user namespace that has root alone */
	ck_assert_int_eq(chmod(FSTAB, 0640), 0);
	ck_assert_int_eq(rewrite(&fault), 0);
	ck_assert_int_eq(stat(FSTAB, &st), 0);
	ck_assert_uint_eq(st.st_uid, owners[_i][0]);
	ck_assert_uint_eq(st.st_gid, owners[_i][1]);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0640);
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
}
END_TEST

static void make_file(void)
{
	put(FSTAB, OLD);
}

static void make_none(void)
{
}

static void make_dead_lock(void)
{
	put(FSTAB, OLD);
	put(FSTAB "~", "robind 1\n");
}

static void make_left_lock(void)
{
	put(FSTAB, OLD);
	put(FSTAB ".lock", "");
	ck_assert_int_eq(chmod(FSTAB ".lock", 0600), 0);
}

static void make_mounted(void)
{
	put(FSTAB, OLD);
	ck_assert_int_eq(mount(FSTAB, FSTAB, NULL, MS_BIND, NULL), 0);
}

static void make_read_only(void)
{
	put(FSTAB, OLD);
	ck_assert_int_eq(mount("tmpfs", "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
}

static void make_folder(void)
{
	sandbox_mkdir(FSTAB);
}

static void make_dangling(void)
{
	ck_assert_int_eq(symlink("none/fstab", FSTAB), 0);
}

static void make_link(void)
{
	put("/mnt/real", OLD);
	ck_assert_int_eq(symlink("real", FSTAB), 0);
}

/* clang-format off */
static const struct scene {
	const char *name;
	void (*make)(void);
	int error;          /* of the whole */
	int foreseen;
	enum fstab_file_step step; /* of what is foreseen */
} scenes[] = {
	{ "a file",       make_file,      0,      0,       FSTAB_FILE_NOTHING },
	{ "none",         make_none,      0,      0,       FSTAB_FILE_NOTHING },
	{ "by a link",    make_link,      0,      0,       FSTAB_FILE_NOTHING },
	{ "a dead lock",  make_dead_lock, 0,      0,       FSTAB_FILE_NOTHING },
	{ "a left lock",  make_left_lock, 0,      0,       FSTAB_FILE_NOTHING },
	{ "a mount",      make_mounted,   EBUSY,  EBUSY,   FSTAB_FILE_RENAME },
	{ "read-only",    make_read_only, EROFS,  EROFS,   FSTAB_FILE_LOCK },
	{ "a folder",     make_folder,    EISDIR, 0,       FSTAB_FILE_NOTHING },
	{ "dangling",     make_dangling,  ENOENT, ENOENT,  FSTAB_FILE_FIND },
};
/* clang-format on */

START_TEST(no_descriptor_is_left)
{
	struct fstab_file_error fault = {0};
	long n = 0;

	scenes[_i].make();
	n = sandbox_count("/proc/self/fd");
	ck_assert_msg(rewrite(&fault) == -scenes[_i].error, "%s: %d", scenes[_i].name,
		      fault.step);
	ck_assert_msg(sandbox_count("/proc/self/fd") == n, "%s", scenes[_i].name);
	fstab_sweep(FSTAB);
	ck_assert_msg(sandbox_count("/proc/self/fd") == n, "%s", scenes[_i].name);
	ck_assert_int_ne(access(FSTAB "~", F_OK), 0);
	ck_assert_int_ne(access(FSTAB ".lock", F_OK), 0);
}
END_TEST

START_TEST(is_foreseen)
{
	struct fstab_file_error fault = {0};
	long n = 0;

	scenes[_i].make();
	n = sandbox_count("/mnt");
	ck_assert_msg(fstab_file_foresee(FSTAB, &fault) == -scenes[_i].foreseen, "%s",
		      scenes[_i].name);
	ck_assert_int_eq(fault.step, scenes[_i].step);
	if (scenes[_i].foreseen)
		ck_assert_str_eq(fault.path, FSTAB);
	ck_assert_int_eq(sandbox_count("/mnt"), n);
}
END_TEST

/* Whoever calls robind without a standard input gives it descriptor 0 for a file. */
START_TEST(descriptor_0_is_one_like_others)
{
	struct fstab_file_error fault = {0};

	put(FSTAB, OLD);
	(void)close(0);
	ck_assert_int_eq(rewrite(&fault), 0);
	ck_assert_int_eq(fstab_file_foresee(FSTAB, &fault), 0);
	put(FSTAB, OLD);
	ck_assert_int_eq(mount(FSTAB, FSTAB, NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(fstab_file_foresee(FSTAB, &fault), -EBUSY);
}
END_TEST

/* ---- a file that is no longer the one that was read ---- */

static void change_text(void)
{
	put(FSTAB, NEW);
}

static void change_file(void)
{
	put("/mnt/other", OLD);
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

	put(FSTAB, OLD);
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

	put("/mnt/b", "");
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
	put("/mnt/dir/file", "");
	ck_assert_int_eq(symlink("dir", "/mnt/link"), 0);
	ck_assert_int_eq(fstab_file_find(names[_i].path, &real, &fault), 0);
	ck_assert_str_eq(real, names[_i].real);
	folder = fstab_file_folder(real);
	ck_assert_str_eq(folder, names[_i].folder);
}
END_TEST

/* ---- locks ---- */

/* Of a lock that nobody but root can have open, the one before is not named. */
START_TEST(nobody_is_named_who_does_not_hold_it)
{
	struct fstab_file_error fault = {.holder = 77};
	const struct fstab_wait wait = {.deadline = clock_now(), .fault = &fault};
	scoped_fd int held =
		open(FSTAB ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_EXCL, 0600);
	scoped_fd int fd = -1;
	char *file = NULL;

	ck_assert_int_eq(flock(held, LOCK_EX), 0);
	ck_assert_int_eq(fstab_lock_take_flock(FSTAB, &wait, &file, &fd), -ETIMEDOUT);
	ck_assert_int_eq(fault.holder, 0);
	ck_assert_str_eq(fault.path, FSTAB);
	ck_assert_ptr_null(file);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("file_kept");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_loop_test(tests, the_owner_is_kept, 0, (int)ARRAY_LEN(owners));
	tcase_add_loop_test(tests, no_descriptor_is_left, 0, (int)ARRAY_LEN(scenes));
	tcase_add_loop_test(tests, is_foreseen, 0, (int)ARRAY_LEN(scenes));
	tcase_add_test(tests, descriptor_0_is_one_like_others);
	tcase_add_loop_test(tests, is_not_copied, 0, (int)ARRAY_LEN(changes));
	tcase_add_test(tests, a_name_is_that_of_the_open_file);
	tcase_add_loop_test(tests, the_real_name_is_found, 0, (int)ARRAY_LEN(names));
	tcase_add_test(tests, nobody_is_named_who_does_not_hold_it);
	return suite_run("file_kept", tests);
}
