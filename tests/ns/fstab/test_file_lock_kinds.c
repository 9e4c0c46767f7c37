/* SPDX-License-Identifier: Apache-2.0 */
/* The two kinds of libmount's lock, each by hand, whichever libmount is here. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fstab/file.h"
#include "fstab/file_private.h"
#include "sandbox.h"
#include "text_file.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"

static int by_fcntl(const char *file, int mode)
{
	struct flock lock = {.l_type = mode == O_RDONLY ? F_RDLCK : F_WRLCK,
			     .l_whence = SEEK_SET};
	int fd = open(file, mode | O_CLOEXEC);

	if (fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0)
		return 0;
	(void)close(fd);
	return -1;
}

static int by_flock(const char *file, int mode)
{
	int fd = open(file, mode | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	(void)close(fd);
	return -1;
}

/* Locked by a child that has ended, as flock(1) does it for a shell. */
static int by_flock_of_a_child(const char *file, int mode)
{
	int fd = open(file, mode | O_CLOEXEC);
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

#define NOBODY 65534

/* Not in a user namespace that has root alone. */
static bool can_be(uid_t uid)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(setuid(uid) == 0 ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* clang-format off */
static const struct held {
	const char *name;
	const char *file;
	int (*lock)(const char *file, int mode);
	uid_t uid;
	int mode;
	int want; /* of fstab_lock() */
} helds[] = {
	{ "the old kind",         FSTAB "~",     by_fcntl,            0,      O_RDWR,   -ETIMEDOUT },
	{ "the new kind",         FSTAB ".lock", by_flock,            0,      O_RDONLY, -ETIMEDOUT },
	{ "the new, by a child",  FSTAB ".lock", by_flock_of_a_child, 0,      O_RDONLY, -ETIMEDOUT },
	{ "a reader's, of fstab", FSTAB,         by_fcntl,            NOBODY, O_RDONLY, 0 },
	{ "of the new kind",      FSTAB ".lock", by_flock,            NOBODY, O_RDONLY, 0 },
	{ "the new, by a child",  FSTAB ".lock", by_flock_of_a_child, NOBODY, O_RDONLY, 0 },
	/* libmount makes the file a moment before it locks it; whoever reads it is not the one */
	{ "of the old kind",      FSTAB "~",     by_fcntl,            NOBODY, O_RDONLY, -ETIMEDOUT },
};
/* clang-format on */

static pid_t hold(const struct held *held)
{
	int ready[2];
	char byte = 0;
	pid_t pid = 0;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (setuid(held->uid) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		    held->lock(held->file, held->mode) != 0 || write(ready[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	ck_assert_msg(read(ready[0], &byte, 1) == 1, "%s: nothing was locked", held->name);
	return pid;
}

/* Whoever could write a file has its lock, and who can only read it has none. */
START_TEST(whose_lock_counts)
{
	const struct held *held = &helds[_i];
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	pid_t pid = 0;
	int r = 0;

	text_put(FSTAB, OLD);
	ck_assert_int_eq(chmod("/mnt", 0755), 0);
	if (strcmp(held->file, FSTAB) != 0)
		text_put(held->file, "");
	ck_assert_int_eq(chmod(held->file, 0644), 0);
	if (held->uid != 0 && !can_be(held->uid))
		return;
	pid = hold(held);
	r = fstab_lock(FSTAB, clock_now() + 0.05, &lock, &fault);
	ck_assert_msg(r == held->want, "%s: %d", held->name, r);
	ck_assert_int_eq(fault.holder, held->uid == 0 ? pid : 0);
	fstab_unlock(&lock);
	sandbox_end(pid);
}
END_TEST

/* Others of both kinds wait for us. */
START_TEST(we_hold_both_kinds)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};

	text_put(FSTAB, OLD);
	if (_i == 1)
		text_put(FSTAB "~", "# an editor's backup\n");
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	ck_assert_int_eq(by_flock(FSTAB ".lock", O_RDONLY), -1);
	if (_i == 0)
		ck_assert_int_eq(by_fcntl(FSTAB "~", O_RDWR), -1);
	fstab_unlock(&lock);
	ck_assert_int_eq(sandbox_count("/mnt"), 1 + _i);
}
END_TEST

/* Of who waits for it the file is not taken away. */
START_TEST(a_lock_file_in_use_stays)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	int fd = -1;

	text_put(FSTAB, OLD);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	fd = open(FSTAB ".lock", O_RDONLY | O_CLOEXEC);
	fstab_unlock(&lock);
	ck_assert_int_eq(sandbox_count("/mnt"), 2);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	ck_assert(fstab_file_is_at(fd, FSTAB ".lock"));
	fstab_sweep(FSTAB);
	ck_assert_int_eq(sandbox_count("/mnt"), 2);
	(void)close(fd);
	fstab_sweep(FSTAB);
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
}
END_TEST

/* clang-format off */
static const struct { const char *file; mode_t type; int want; } unopenable[] = {
	{ FSTAB ".lock", S_IFLNK, -ELOOP },
	{ FSTAB ".lock", S_IFDIR, -EISDIR },
	{ FSTAB ".lock", S_IFIFO, -EINVAL },
	{ FSTAB "~",     0,       -EMFILE },
};
/* clang-format on */

START_TEST(a_lock_file_that_cannot_be_opened_is_named)
{
	const char *file = unopenable[_i].file;
	struct rlimit none = {0};
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};

	text_put(FSTAB, OLD);
	if (unopenable[_i].type == S_IFLNK)
		ck_assert_int_eq(symlink("fstab", file), 0);
	else if (unopenable[_i].type == S_IFDIR)
		sandbox_mkdir(file);
	else if (unopenable[_i].type == S_IFIFO)
		ck_assert_int_eq(mkfifo(file, 0600), 0);
	else
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault),
			 unopenable[_i].want);
	ck_assert_int_eq(fault.step, FSTAB_FILE_LOCK);
	ck_assert_str_eq(fault.path, file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fstab_lock_kinds");
	TCase *cases = tcase_create("fstab_lock_kinds");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	if (!sandbox_is_possible())
		return 77;
	suite_add_tcase(suite, cases);
	tcase_add_checked_fixture(cases, sandbox_enter, NULL);
	tcase_add_loop_test(cases, whose_lock_counts, 0, ARRAY_LEN(helds));
	tcase_add_loop_test(cases, we_hold_both_kinds, 0, 2);
	tcase_add_test(cases, a_lock_file_in_use_stays);
	tcase_add_loop_test(cases, a_lock_file_that_cannot_be_opened_is_named, 0,
			    ARRAY_LEN(unopenable));
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
