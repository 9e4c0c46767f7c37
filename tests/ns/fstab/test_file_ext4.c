/* SPDX-License-Identifier: Apache-2.0 */
/* The fstab file on ext4: what only real root can have there. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/clock.h"
#include "sandbox.h"
#include "base/cleanup.h"
#include "fstab/file.h"

#define FOLDER "/mnt/ext4"
#define FSTAB  FOLDER "/fstab"
#define OLD    "/a /ta none bind,ro 0 0\n"
#define NEW    OLD "/b /tb none bind,ro 0 0\n"

static void enter(void)
{
	FILE *out = NULL;

	sandbox_enter();
	sandbox_mkdir(FOLDER);
	ck_assert_int_eq(system("truncate -s 8M /mnt/image && mkfs.ext4 -qF /mnt/image && "
				"mount -o loop,acl,user_xattr /mnt/image " FOLDER),
			 0);
	ck_assert_int_eq(system("rmdir " FOLDER "/lost+found"), 0);
	out = fopen(FSTAB, "w");
	ck_assert(out && fputs(OLD, out) >= 0 && fclose(out) == 0);
}

static void expect(const char *text)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};

	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	ck_assert_str_eq(file.text, text);
	ck_assert_int_eq(sandbox_count(FOLDER), 1);
	fstab_file_done(&file);
}

static int rewrite(struct fstab_file_error *fault)
{
	struct fstab_file file = {0};
	int r = fstab_file_read(FSTAB, &file, fault);

	if (r == 0)
		r = fstab_file_write(&file, NEW, strlen(NEW), fault);
	fstab_file_done(&file);
	return r;
}

static void expect_attribute(const char *path, const char *name, const char *value,
			     size_t size)
{
	char got[256];

	ck_assert_msg(getxattr(path, name, got, sizeof(got)) == (ssize_t)size &&
			      memcmp(got, value, size) == 0,
		      "%s: %s", path, name);
}

/* rw for user 1000 beside the owner; as acl(5) has it on disk. */
static const char acl[] = "\2\0\0\0\1\0\6\0\377\377\377\377\2\0\6\0\350\3\0\0"
			  "\4\0\4\0\377\377\377\377\20\0\6\0\377\377\377\377"
			  "\40\0\4\0\377\377\377\377";
static const char label[] = "system_u:object_r:etc_t:s0";

START_TEST(owner_mode_and_attributes_are_kept)
{
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	char *names[2] = {strdup(FSTAB), NULL};
	struct stat st;

	ck_assert_int_eq(chown(FSTAB, 12, 34), 0);
	ck_assert_int_eq(chmod(FSTAB, 0604), 0);
	ck_assert_int_eq(setxattr(FSTAB, "user.note", "x", 1, 0), 0);
	ck_assert_int_eq(setxattr(FSTAB, "user.empty", "", 0, 0), 0);
	ck_assert_int_eq(setxattr(FSTAB, "security.selinux", label, sizeof(label), 0), 0);
	ck_assert_int_eq(setxattr(FSTAB, "system.posix_acl_access", acl, sizeof(acl) - 1,
				  0),
			 0);
	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	ck_assert_int_eq(fstab_file_backup(&file, &names[1], &fault), 0);
	ck_assert_int_eq(fstab_file_write(&file, NEW, strlen(NEW), &fault), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_int_eq(stat(names[i], &st), 0);
		ck_assert_uint_eq(st.st_uid, 12);
		ck_assert_uint_eq(st.st_gid, 34);
		ck_assert_uint_eq(st.st_mode, S_IFREG | 0664);
		expect_attribute(names[i], "user.note", "x", 1);
		expect_attribute(names[i], "user.empty", "", 0);
		expect_attribute(names[i], "security.selinux", label, sizeof(label));
		expect_attribute(names[i], "system.posix_acl_access", acl, sizeof(acl) - 1);
	}
	ck_assert_int_eq(unlink(names[1]), 0);
	expect(NEW);
	free(names[0]);
	free(names[1]);
	fstab_file_done(&file);
}
END_TEST

/* chattr +i or -i, of the file or of its folder. */
static void set_immutable(const char *path, bool on)
{
	scoped_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	int flags = 0;

	ck_assert_int_eq(ioctl(fd, FS_IOC_GETFLAGS, &flags), 0);
	flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
	ck_assert_int_eq(ioctl(fd, FS_IOC_SETFLAGS, &flags), 0);
}

/* clang-format off */
static const struct { const char *path; enum fstab_file_step step; enum fstab_file_step lock; } fixed[] = {
	{ FSTAB,  FSTAB_FILE_RENAME, FSTAB_FILE_NOTHING },
	{ FOLDER, FSTAB_FILE_CREATE,  FSTAB_FILE_LOCK },
};
/* clang-format on */

START_TEST(what_is_immutable_stays)
{
	struct fstab_file_error fault = {0};
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	int r = 0;

	set_immutable(fixed[_i].path, true);
	r = rewrite(&fault);
	ck_assert_msg(r == -EPERM || r == -EACCES, "%s: %d", fixed[_i].path, r);
	ck_assert_int_eq(fault.step, fixed[_i].step);
	ck_assert_str_eq(fault.path, FSTAB);
	expect(OLD);
	fault.step = FSTAB_FILE_NOTHING;
	(void)!fstab_lock(FSTAB, clock_now(), &lock, &fault);
	ck_assert_int_eq(fault.step, fixed[_i].lock);
	fstab_unlock(&lock);
	(void)unlink(FSTAB ".lock");
	expect(OLD);
	set_immutable(fixed[_i].path, false);
	ck_assert_int_eq(rewrite(&fault), 0);
	expect(NEW);
}
END_TEST

/* Root of the machine, and not of a user namespace. */
static bool is_real_root(void)
{
	FILE *in = fopen("/proc/self/uid_map", "r");
	unsigned long long first = 1;
	unsigned long long there = 1;
	unsigned long long n = 0;
	bool is_all = in && fscanf(in, "%llu %llu %llu", &first, &there, &n) == 3 &&
		      first == 0 && there == 0 && n == 4294967295U;

	if (in)
		(void)fclose(in);
	return is_all && geteuid() == 0;
}

int main(void)
{
	Suite *suite = suite_create("fstab_ext4");
	TCase *cases = tcase_create("fstab_ext4");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	suite_add_tcase(suite, cases);
	tcase_add_checked_fixture(cases, enter, NULL);
	if (!is_real_root()) {
		puts("left out: loop devices, owners and immutable files are for real root");
	} else if (system("command -v mkfs.ext4 >/dev/null") != 0) {
		puts("skipped: there is no mkfs.ext4");
		return 77;
	} else if (system("test -b \"$(losetup -f 2>&1)\"") != 0) {
		puts("skipped: there are no loop devices, as in a container");
		return 77;
	} else {
		tcase_add_test(cases, owner_mode_and_attributes_are_kept);
		tcase_add_loop_test(cases, what_is_immutable_stays, 0, ARRAY_LEN(fixed));
	}
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
