/* SPDX-License-Identifier: Apache-2.0 */
/* What a write keeps and leaves: the owner, the file of another, each descriptor; and what can be foreseen. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "fstab/file.h"
#include "sandbox.h"
#include "suite.h"
#include "text_file.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"
#define NEW   OLD "/b /tb none bind,ro 0 0\n"

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

	text_put(FSTAB, OLD);
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
	text_put(FSTAB, OLD);
}

static void make_none(void)
{
}

static void make_dead_lock(void)
{
	text_put(FSTAB, OLD);
	text_put(FSTAB "~", "robind 1\n");
}

static void make_left_lock(void)
{
	text_put(FSTAB, OLD);
	text_put(FSTAB ".lock", "");
	ck_assert_int_eq(chmod(FSTAB ".lock", 0600), 0);
}

static void make_mounted(void)
{
	text_put(FSTAB, OLD);
	ck_assert_int_eq(mount(FSTAB, FSTAB, NULL, MS_BIND, NULL), 0);
}

static void make_read_only(void)
{
	text_put(FSTAB, OLD);
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
	text_put("/mnt/real", OLD);
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

	text_put(FSTAB, OLD);
	(void)close(0);
	ck_assert_int_eq(rewrite(&fault), 0);
	ck_assert_int_eq(fstab_file_foresee(FSTAB, &fault), 0);
	text_put(FSTAB, OLD);
	ck_assert_int_eq(mount(FSTAB, FSTAB, NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(fstab_file_foresee(FSTAB, &fault), -EBUSY);
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
	return suite_run("file_kept", tests);
}
