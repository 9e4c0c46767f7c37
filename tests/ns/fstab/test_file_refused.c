/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel refuses while fstab is locked and replaced. The calls are the program's own here,
 * so that each fails when it is told to, and any other way than on this machine's file systems.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "base/wait.h"
#include "fstab/file_private.h"
#include "sandbox.h"
#include "suite.h"
#include "text_file.h"

#define FSTAB "/mnt/fstab"
#define OLD   "/a /ta none bind,ro 0 0\n"
#define NEW   OLD "/b /tb none bind,ro 0 0\n"

/* The nth call of this name, of this path where there is one, fails once; counted from 1. */
struct refusal {
	const char *call;
	const char *path;
	unsigned nth;
	int error;
};

static struct refusal next;

static bool is_refused(const char *call, const char *path)
{
	if (!next.call || strcmp(next.call, call) != 0 ||
	    (next.path && strcmp(next.path, path) != 0) || --next.nth > 0)
		return false;
	next.call = NULL;
	errno = next.error;
	return true;
}

/* The C library's own; a pointer to a function is not converted, but read as one. */
#define REAL(name)                                                                         \
	__extension__({                                                                    \
		__typeof__(&(name)) real;                                                  \
		*(void **)&real = dlsym(RTLD_NEXT, #name);                                 \
		real;                                                                      \
	})

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return is_refused("open", path) ? -1 : REAL(open)(path, flags, mode);
}

int fcntl(int fd, int command, ...)
{
	va_list args;
	void *arg = NULL;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	if (command == F_OFD_SETLK && is_refused("lock", ""))
		return -1;
	return REAL(fcntl)(fd, command, arg);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	return is_refused("write", "") ? -1 : REAL(write)(fd, bytes, size);
}

int fchmod(int fd, mode_t mode)
{
	return is_refused("fchmod", "") ? -1 : REAL(fchmod)(fd, mode);
}

int fsync(int fd)
{
	return is_refused("fsync", "") ? -1 : REAL(fsync)(fd);
}

int flock(int fd, int operation)
{
	return is_refused("flock", "") ? -1 : REAL(flock)(fd, operation);
}

int link(const char *from, const char *to)
{
	return is_refused("link", to) ? -1 : REAL(link)(from, to);
}

int rename(const char *from, const char *to)
{
	return is_refused("rename", to) ? -1 : REAL(rename)(from, to);
}

int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	return is_refused("fsetxattr", name)
		       ? -1
		       : REAL(fsetxattr)(fd, name, value, size, flags);
}

/* Of the shims of calls that the C library need not have, renameat2(2) alone is asked for here. */
long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (is_refused("renameat2", ""))
		return -1;
	return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void expect(const char *name, const char *text)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};

	next.call = NULL;
	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	ck_assert_msg(strcmp(file.text, text) == 0, "%s: %s", name, file.text);
	fstab_file_done(&file);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *old; /* NULL: there is none yet */
	struct refusal refusal;
	int want;
	enum fstab_file_step step;
	const char *then;
} writes[] = {
	{ "nothing is refused", OLD, { 0 }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "its bytes", OLD, { "write", NULL, 1, EIO }, -EIO, FSTAB_FILE_WRITE, OLD },
	{ "room for them", OLD, { "write", NULL, 1, EDQUOT }, -EDQUOT, FSTAB_FILE_WRITE, OLD },
	{ "a signal meanwhile", OLD, { "write", NULL, 1, EINTR }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "its mode", OLD, { "fchmod", NULL, 1, EPERM }, -EPERM, FSTAB_FILE_CREATE, OLD },
	{ "the mode of a first one", NULL, { "fchmod", NULL, 1, EPERM }, -EPERM, FSTAB_FILE_CREATE, "" },
	{ "a folder without fsync", OLD, { "fsync", NULL, 2, EINVAL }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "a folder without it, said otherwise", OLD, { "fsync", NULL, 2, ENOTSUP }, 0,
	  FSTAB_FILE_NOTHING, NEW },
	{ "the file's fsync", OLD, { "fsync", NULL, 1, EINVAL }, -EINVAL, FSTAB_FILE_WRITE, OLD },
	{ "the folder's fsync", OLD, { "fsync", NULL, 2, EIO }, -EIO, FSTAB_FILE_SYNC, NEW },
	{ "the folder", OLD, { "open", "/mnt/", 1, EMFILE }, -EMFILE, FSTAB_FILE_SYNC, NEW },
	/* Its owner and mode are read from it first, and whether it is still that one last. */
	{ "the old file", OLD, { "open", FSTAB, 1, EMFILE }, -EMFILE, FSTAB_FILE_RENAME, OLD },
	{ "it again", OLD, { "open", FSTAB, 2, EMFILE }, -EMFILE, FSTAB_FILE_RENAME, OLD },
	{ "it, which is gone", OLD, { "open", FSTAB, 2, ENOENT }, -ESTALE, FSTAB_FILE_RENAME, OLD },
	{ "it, now a symlink", OLD, { "open", FSTAB, 2, ELOOP }, -ESTALE, FSTAB_FILE_RENAME, OLD },
	{ "its rename", OLD, { "rename", FSTAB, 1, EIO }, -EIO, FSTAB_FILE_RENAME, OLD },
	{ "a first file", NULL, { 0 }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "no rename that checks", NULL, { "renameat2", NULL, 1, ENOSYS }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "not on this file system", NULL, { "renameat2", NULL, 1, EINVAL }, 0, FSTAB_FILE_NOTHING, NEW },
	{ "another was first", NULL, { "renameat2", NULL, 1, EEXIST }, -ESTALE, FSTAB_FILE_RENAME, "" },
	{ "the rename itself", NULL, { "renameat2", NULL, 1, EIO }, -EIO, FSTAB_FILE_RENAME, "" },
};
/* clang-format on */

START_TEST(a_write)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};
	int r = 0;

	if (writes[_i].old)
		text_put(FSTAB, writes[_i].old);
	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	next = writes[_i].refusal;
	r = fstab_file_write(&file, NEW, strlen(NEW), &fault);
	ck_assert_msg(!next.call, "%s: not called", writes[_i].name);
	ck_assert_msg(r == writes[_i].want, "%s: %d", writes[_i].name, r);
	ck_assert_msg(fault.step == writes[_i].step, "%s: step %d", writes[_i].name,
		      fault.step);
	expect(writes[_i].name, writes[_i].then);
	ck_assert_int_eq(sandbox_count("/mnt"), writes[_i].then[0] ? 1 : 0);
	fstab_file_done(&file);
}
END_TEST

/* There is no second way beside a rename that checks and one that does not. */
START_TEST(a_first_file_that_cannot_be_placed)
{
	struct fstab_file file = {0};
	struct fstab_file_error fault = {0};

	ck_assert_int_eq(fstab_file_read(FSTAB, &file, &fault), 0);
	next = (struct refusal){"renameat2", NULL, 1, ENOSYS};
	if (_i == 0)
		sandbox_mkdir(FSTAB);
	else
		ck_assert_int_eq(symlink("/nowhere", FSTAB), 0);
	ck_assert_int_eq(fstab_file_write(&file, NEW, strlen(NEW), &fault), -ESTALE);
	ck_assert_int_eq(sandbox_count("/mnt"), 1);
	fstab_file_done(&file);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	struct refusal refusal;
	int want;
	const char *path; /* which is named */
} locks[] = {
	{ "nothing is refused", { 0 }, 0, "" },
	/* of the name that was given: where nothing can be made beside it, there is no lock to be had */
	{ "a read-only folder", { "open", "/mnt/links/fstab~", 1, EROFS }, 0, "" },
	{ "one that may not be written", { "open", "/mnt/links/fstab~", 1, EACCES }, 0, "" },
	{ "an immutable one", { "link", "/mnt/links/fstab~", 1, EPERM }, 0, "" },
	{ "a full one", { "link", "/mnt/links/fstab~", 1, ENOSPC }, -ENOSPC, "/mnt/links/fstab" },
	{ "one that fails", { "open", "/mnt/links/fstab~", 1, EIO }, -EIO, "/mnt/links/fstab~" },
	/* of the real one */
	{ "a read-only file system", { "link", FSTAB "~", 1, EROFS }, -EROFS, FSTAB },
	{ "no right", { "link", FSTAB "~", 1, EACCES }, -EACCES, FSTAB },
	/* another robind swept what this one was about to link: once more */
	{ "it is gone again", { "link", FSTAB "~", 1, ENOENT }, 0, "" },
	{ "another was first", { "link", FSTAB "~", 1, EEXIST }, 0, "" },
	{ "no lock", { "lock", NULL, 1, ENOLCK }, -ENOLCK, "/mnt/links/fstab" },
	{ "no lock of the new kind", { "flock", NULL, 1, ENOLCK }, -ENOLCK, "/mnt/links/fstab.lock" },
	{ "a signal meanwhile", { "flock", NULL, 1, EINTR }, 0, "" },
};
/* clang-format on */

START_TEST(a_lock)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file_error fault = {0};
	int r = 0;

	text_put(FSTAB, OLD);
	sandbox_mkdir("/mnt/links");
	ck_assert_int_eq(symlink(FSTAB, "/mnt/links/fstab"), 0);
	next = locks[_i].refusal;
	r = fstab_lock("/mnt/links/fstab", clock_now() + 60, &lock, &fault);
	ck_assert_msg(!next.call, "%s: not called", locks[_i].name);
	ck_assert_msg(r == locks[_i].want, "%s: %d", locks[_i].name, r);
	ck_assert_msg(r == 0 || strcmp(fault.path, locks[_i].path) == 0, "%s: %s",
		      locks[_i].name, fault.path);
	ck_assert_msg(r == 0 || fault.step == FSTAB_FILE_LOCK, "%s", locks[_i].name);
	fstab_unlock(&lock);
	ck_assert_msg(sandbox_count("/mnt/links") == 1 && sandbox_count("/mnt") == 2,
		      "%s: left", locks[_i].name);
}
END_TEST

/* POSIX lets a lock that somebody else holds be told in two ways. */
START_TEST(a_lock_that_is_held)
{
	scoped_fd int fd = open(FSTAB, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	next = (struct refusal){"lock", NULL, 1, EACCES};
	ck_assert_int_eq(fstab_lock_fd(fd), -EAGAIN);
	next = (struct refusal){"lock", NULL, 1, EAGAIN};
	ck_assert_int_eq(fstab_lock_fd(fd), -EAGAIN);
	next = (struct refusal){"lock", NULL, 1, ENOLCK};
	ck_assert_int_eq(fstab_lock_fd(fd), -ENOLCK);
	ck_assert_int_eq(fstab_lock_fd(fd), 0);
}
END_TEST

/* Whoever waits looks again after a while, not as fast as he can. */
START_TEST(waiting_is_no_spinning)
{
	double deadline = clock_now() + 0.1;
	unsigned n = 0;

	while (wait_moment(deadline))
		n++;
	ck_assert_uint_ge(n, 1);
	ck_assert_uint_le(n, 20);
}
END_TEST

START_TEST(a_failure_is_never_0)
{
	struct fstab_file_error fault = {0};

	ck_assert_int_eq(fstab_file_fail(&fault, FSTAB_FILE_READ, FSTAB, 0), -EIO);
	ck_assert_int_eq(fstab_file_fail(&fault, FSTAB_FILE_READ, FSTAB, EPERM), -EPERM);
}
END_TEST

/* clang-format off */
static const struct { const char *name; const char *there; int want; } labels[] = {
	{ "the folder gave it", "label",  0 },
	{ "it has none",        NULL,     -EPERM },
	{ "another",            "lebal",  -EPERM },
	{ "the first bytes",    "lab",    -EPERM },
	{ "a longer one",       "labels", -EPERM },
};
/* clang-format on */

/* One that is there already need not be allowed to be set. */
START_TEST(a_label)
{
	scoped_fd int from = open("/mnt/from", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	scoped_fd int to = open("/mnt/to", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	const char *there = labels[_i].there;

	if (fsetxattr(from, "user.label", "label", strlen("label"), 0) < 0)
		return; /* no attributes on a tmpfs before Linux 6.6 */
	if (there)
		ck_assert_int_eq(fsetxattr(to, "user.label", there, strlen(there), 0), 0);
	next = (struct refusal){"fsetxattr", "user.label", 1, EPERM};
	ck_assert_msg(fstab_file_copy_owner(from, to) == labels[_i].want, "%s",
		      labels[_i].name);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("file_refused");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_loop_test(tests, a_write, 0, ARRAY_LEN(writes));
	tcase_add_loop_test(tests, a_first_file_that_cannot_be_placed, 0, 2);
	tcase_add_loop_test(tests, a_lock, 0, ARRAY_LEN(locks));
	tcase_add_test(tests, a_lock_that_is_held);
	tcase_add_test(tests, waiting_is_no_spinning);
	tcase_add_test(tests, a_failure_is_never_0);
	tcase_add_loop_test(tests, a_label, 0, ARRAY_LEN(labels));
	return suite_run("file_refused", tests);
}
