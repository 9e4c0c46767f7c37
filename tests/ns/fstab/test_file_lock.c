/* SPDX-License-Identifier: Apache-2.0 */
/* Locks of the fstab file: no line is lost, and nothing stays of who was killed. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fstab/edit.h"
#include "sandbox.h"
#include "fstab/file.h"
#include "fstab/file_private.h"
#include "text_file.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"
#define NEW   OLD "/b /tb none bind,ro 0 0\n"

/*
 * How many names there are, besides the lock file that libmount of 2.39 and later leaves. From 2.41
 * on it looks like one of ours, which the next sweep takes away.
 */
static long count_names(void)
{
	struct stat st;
	bool is_left = stat(FSTAB ".lock", &st) == 0 && (st.st_mode & 0777) == 0644;

	return sandbox_count("/mnt") - is_left;
}

static int add_line(const char *line, struct fstab_file_error *fault)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file file = {0};
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	char *text = NULL;
	size_t size = 0;
	int r = fstab_lock(FSTAB, clock_now() + 60, &lock, fault);

	if (r == 0)
		r = fstab_file_read(FSTAB, &file, fault);
	if (r == 0 &&
	    (fstab_parse(file.text, file.size, &fstab) < 0 ||
	     fstab_append(&edits, line) < 0 || fstab_edited(&edits, &text, &size) < 0))
		r = -ENOMEM;
	if (r == 0)
		r = fstab_file_write(&file, text, size, fault);
	fstab_unlock(&lock);
	free(text);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
	fstab_file_done(&file);
	return r;
}

static void add_lines(int who, int n)
{
	for (int i = 0; i < n; i++) {
		struct fstab_file_error fault = {0};
		char line[128];
		int r = 0;

		(void)snprintf(line, sizeof(line), "/s%d-%d /t%d-%d none bind,ro 0 0", who,
			       i, who, i);
		r = add_line(line, &fault);
		if (r < 0) {
			(void)fprintf(stderr, "%s: step %d: %s\n", fault.path, fault.step,
				      strerror(-r));
			_exit(1);
		}
	}
	_exit(0);
}

/* Another user of libmount's lock: reads and writes the file in place. */
static void add_lines_by_libmount(int who, int n)
{
	for (int i = 0; i < n; i++) {
		struct libmnt_lock *lock = mnt_new_lock(FSTAB, 0);
		FILE *out = NULL;

		if (!lock || mnt_lock_file(lock) != 0)
			_exit(1);
		out = fopen(FSTAB, "a");
		if (!out ||
		    fprintf(out, "/s%d-%d /t%d-%d none bind,ro 0 0\n", who, i, who, i) <
			    0 ||
		    fclose(out) != 0)
			_exit(1);
		mnt_unlock_file(lock);
		mnt_free_lock(lock);
	}
	_exit(0);
}

static void await_all(const pid_t *pids, int n)
{
	for (int i = 0; i < n; i++) {
		int status = 0;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
}

static void expect_lines(int n_processes, int n)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};
	struct fstab fstab = {0};

	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	ck_assert_int_eq(fstab_parse(file.text, file.size, &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, (size_t)(n_processes * n));
	for (int p = 0; p < n_processes; p++)
		for (int i = 0; i < n; i++) {
			char target[64];
			size_t entry = 0;

			(void)snprintf(target, sizeof(target), "/t%d-%d", p, i);
			entry = fstab_find(&fstab, target);
			ck_assert_msg(entry != FSTAB_NONE, "%s is lost", target);
			ck_assert_uint_eq(fstab_next(&fstab, entry, target), FSTAB_NONE);
		}
	ck_assert_int_eq(count_names(), 1);
	fstab_done(&fstab);
	fstab_file_done(&file);
}

/* With an editor's backup in the place of libmount's lock there is still ours. */
START_TEST(eight_processes_lose_no_line)
{
	pid_t pids[8];

	if (_i == 1) {
		text_put(FSTAB, "");
		text_put(FSTAB "~", "# an editor's backup\n");
	}
	for (int i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			add_lines(i, 50);
	}
	await_all(pids, 8);
	if (_i == 1)
		ck_assert_int_eq(unlink(FSTAB "~"), 0);
	expect_lines(8, 50);
}
END_TEST

START_TEST(users_of_libmount_lose_no_line)
{
	pid_t pids[4];

	text_put(FSTAB, "");
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (i < 2 && pids[i] == 0)
			add_lines(i, 50);
		else if (pids[i] == 0)
			add_lines_by_libmount(i, 50);
	}
	await_all(pids, 4);
	fstab_sweep(FSTAB);
	expect_lines(4, 50);
}
END_TEST

START_TEST(who_holds_it_is_said)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_lock more = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};

	text_put(FSTAB, OLD);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now() + 0.05, &more, &fault), -ETIMEDOUT);
	ck_assert_int_eq(fault.step, FSTAB_FILE_LOCK);
	ck_assert_int_eq(fault.holder, getpid());
	fstab_sweep(FSTAB); /* does not wait */
	fstab_unlock(&more);
	fstab_unlock(&lock);
	fstab_unlock(&lock);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	fstab_unlock(&lock);
	ck_assert_int_eq(count_names(), 1);
}
END_TEST

/* The lock of the real file is the same by all its names. */
START_TEST(a_symlink_has_the_same_lock)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_lock more = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};

	text_put(FSTAB, OLD);
	sandbox_mkdir("/mnt/links");
	ck_assert_int_eq(symlink("../fstab", "/mnt/links/fstab"), 0);
	ck_assert_int_eq(fstab_lock("/mnt/links/fstab", clock_now(), &lock, &fault), 0);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &more, &fault), -ETIMEDOUT);
	fstab_unlock(&lock);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	ck_assert_int_eq(fstab_lock("/mnt/links/fstab", clock_now(), &more, &fault),
			 -ETIMEDOUT);
	fstab_unlock(&lock);
	ck_assert_int_eq(sandbox_count("/mnt/links"), 1);
}
END_TEST

START_TEST(libmount_waits_for_us)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	pid_t pid = 0;
	int status = 0;

	text_put(FSTAB, "");
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	pid = fork();
	if (pid == 0)
		add_lines_by_libmount(0, 1);
	(void)usleep(100000);
	ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
	fstab_unlock(&lock);
	await_all(&pid, 1);
	fstab_sweep(FSTAB);
	expect_lines(1, 1);
}
END_TEST

/* The process that holds libmount's lock; *ret_end is closed to end it. */
static pid_t hold_by_libmount(int *ret_end)
{
	int ready[2];
	int end[2];
	char byte = 0;
	pid_t pid = 0;

	ck_assert(pipe(ready) == 0 && pipe(end) == 0);
	pid = fork();
	if (pid == 0) {
		struct libmnt_lock *lock = mnt_new_lock(FSTAB, 0);

		(void)close(end[1]);
		if (mnt_lock_file(lock) != 0 || write(ready[1], "r", 1) != 1 ||
		    read(end[0], &byte, 1) != 0)
			_exit(1);
		mnt_unlock_file(lock);
		_exit(0);
	}
	ck_assert(read(ready[0], &byte, 1) == 1);
	(void)close(end[0]);
	*ret_end = end[1];
	return pid;
}

START_TEST(we_wait_for_libmount)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	int end = -1;
	pid_t pid = 0;

	text_put(FSTAB, OLD);
	pid = hold_by_libmount(&end);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now() + 0.05, &lock, &fault), -ETIMEDOUT);
	ck_assert_int_eq(fault.holder, pid);
	(void)close(end);
	await_all(&pid, 1);
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	fstab_unlock(&lock);
	ck_assert_int_eq(count_names(), 1);
}
END_TEST

/* What is no lock of anybody, and what is nobody's business. */
START_TEST(foreign_files_stay)
{
	/* clang-format off */
	static const char *const names[] = {
		"/mnt/.fstab.robind-abc", "/mnt/.fstab.robind-abcdefg", "/mnt/fstab.robind-abcdef",
		"/mnt/.fstabx.robind-abcdef", "/mnt/.fstab.robindxabcdef", "/mnt/fstab~",
	};
	/* clang-format on */
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};

	text_put(FSTAB, OLD);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		text_put(names[i], "x");
	text_put("/mnt/.fstab.robind-abcdef", "x");
	fstab_sweep(FSTAB);
	ck_assert_int_ne(access("/mnt/.fstab.robind-abcdef", F_OK), 0);
	text_put("/mnt/.fstab.robind-Zz0123", "x");
	ck_assert_int_eq(fstab_lock(FSTAB, clock_now(), &lock, &fault), 0);
	fstab_unlock(&lock);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_msg(access(names[i], F_OK) == 0, "%s", names[i]);
	ck_assert_int_eq(count_names(), (long)ARRAY_LEN(names) + 1);
}
END_TEST

/* Run add_line() up to its `n`th stop at a system call, then kill it. False: it ended. */
static bool kill_at(int n)
{
	struct fstab_file_error fault = {0};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
			_exit(1);
		_exit(add_line("/b /tb none bind,ro 0 0", &fault) == 0 ? 0 : 2);
	}
	ck_assert(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq((int)ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			ck_assert_int_eq(WEXITSTATUS(status), 0);
			return false;
		}
	}
	(void)kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return true;
}

/* Entry and return of each call are a stop of their own. */
START_TEST(killed_at_any_call)
{
	int n = 0;

	for (bool was_killed = true; was_killed; n++) {
		struct fstab_file file = {0};
		struct fstab_file_error fault = {0};

		text_put(FSTAB, OLD);
		was_killed = kill_at(n);
		ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
		ck_assert_msg(strcmp(file.text, NEW) == 0 ||
				      (was_killed && strcmp(file.text, OLD) == 0),
			      "stop %d: %s", n, file.text);
		fstab_file_done(&file);
		fstab_sweep(FSTAB);
		ck_assert_msg(count_names() == 1, "stop %d: %ld files", n, count_names());
		text_put(FSTAB, OLD);
		ck_assert_int_eq(add_line("/b /tb none bind,ro 0 0", &fault), 0);
		ck_assert_msg(count_names() == 1, "stop %d: %ld files", n, count_names());
	}
	ck_assert_int_gt(n, 40);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fstab_lock");
	TCase *cases = tcase_create("fstab_lock");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	if (!sandbox_is_possible())
		return 77;
	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, sandbox_enter, NULL);
	tcase_add_loop_test(cases, eight_processes_lose_no_line, 0, 2);
	tcase_add_test(cases, users_of_libmount_lose_no_line);
	tcase_add_test(cases, who_holds_it_is_said);
	tcase_add_test(cases, a_symlink_has_the_same_lock);
	tcase_add_test(cases, libmount_waits_for_us);
	tcase_add_test(cases, we_wait_for_libmount);
	tcase_add_test(cases, foreign_files_stay);
	tcase_add_test(cases, killed_at_any_call);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
