/* SPDX-License-Identifier: Apache-2.0 */
/* Run a command in which the Nth call of one kind fails, or kills, stops or ends who makes it.
 *
 *   fail_call CALL ERROR N FILE COMMAND...
 *
 * ERROR is an errno's name (EBUSY), KILL, STOP or TERM; N counts from 1 over all processes of the
 * command, or is "always". How many calls of the kind were seen is written to FILE, so that
 * a sweep over N knows when it is through. The exit status is the command's, 128+SIGNAL
 * when it was killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errno_name.h"
#include "kernel/call_numbers.h"
#include "listener.h"

/* Beside the verdicts of a listener: the call is made, and this signal comes. */
#define STOP         (-3)
#define TERM         (-4)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Machines that are younger than these calls have others, which the C library makes in their place. */
#ifndef SYS_poll
#define SYS_poll SYS_ppoll
#endif
#ifndef SYS_rename
#define SYS_rename SYS_renameat
#endif

/* clang-format off */
static const struct { const char *name; int number; } calls[] = {
	{ "capset",        SYS_capset },
	{ "clone3",        SYS_clone3 },
	{ "fchmod",        SYS_fchmod },
	{ "fchown",        SYS_fchown },
	{ "flock",         SYS_flock },
	{ "fsync",         SYS_fsync },
	{ "getdents64",    SYS_getdents64 },
	{ "inotify_add_watch", SYS_inotify_add_watch },
	{ "listmount",     SYS_listmount },
	{ "mkdirat",       SYS_mkdirat },
	{ "mount",         SYS_mount },
	{ "mount_setattr", SYS_mount_setattr },
	{ "move_mount",    SYS_move_mount },
	{ "open_tree",     SYS_open_tree },
	{ "openat",        SYS_openat },
	{ "openat2",       SYS_openat2 },
	{ "pipe2",         SYS_pipe2 },
	{ "poll",          SYS_poll },
	{ "prctl",         SYS_prctl },
	{ "pread64",       SYS_pread64 },
	{ "read",          SYS_read },
	{ "readlinkat",    SYS_readlinkat },
	{ "rename",        SYS_rename },
	{ "renameat2",     SYS_renameat2 },
	{ "setns",         SYS_setns },
	{ "statmount",     SYS_statmount },
	{ "statx",         SYS_statx },
	{ "umount2",       SYS_umount2 },
	{ "unlinkat",      SYS_unlinkat },
	{ "unshare",       SYS_unshare },
	{ "write",         SYS_write },
};
/* clang-format on */

static int give_up(const char *what)
{
	fprintf(stderr, "fail_call: %s: %s\n", what, strerror(errno));
	return 125;
}

static int call_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strcmp(name, calls[i].name) == 0)
			return calls[i].number;
	return -1;
}

static long call_count(const char *text)
{
	return strcmp(text, "always") == 0 ? 0 : strtol(text, NULL, 10);
}

static int error_number(const char *name)
{
	if (strcmp(name, "KILL") == 0)
		return LISTENER_KILL;
	if (strcmp(name, "STOP") == 0)
		return STOP;
	if (strcmp(name, "TERM") == 0)
		return TERM;
	for (int number = 1; number < 200; number++) {
		const char *known = errno_name(number);

		if (known && strcmp(known, name) == 0)
			return number;
	}
	return 0;
}

struct count {
	int call;
	int error;
	long nth; /* 0: always */
	long seen;
};

static int listen_for(void *data)
{
	const struct count *count = data;
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)count->call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return listener_filter(code, ARRAY_LEN(code), SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static int judge(const struct seccomp_notif *asked, void *data)
{
	struct count *count = data;
	int signal = count->error == TERM ? SIGTERM : SIGSTOP;

	count->seen++;
	/* Whoever is stopped stands still after the call, until it is continued. */
	if (count->error == STOP || count->error == TERM)
		return count->nth == count->seen && kill((pid_t)asked->pid, signal) < 0
			       ? errno
			       : 0;
	return count->nth == 0 || count->nth == count->seen ? count->error : 0;
}

int main(int argc, char **argv)
{
	struct count count = {
		.call = argc > 5 ? call_number(argv[1]) : -1,
		.error = argc > 5 ? error_number(argv[2]) : 0,
		.nth = argc > 5 ? call_count(argv[3]) : 0,
	};
	const struct listener_job job = {
		.command = argv + 5,
		.listen = listen_for,
		.judge = judge,
		.data = &count,
	};
	int report, status;

	errno = EINVAL;
	if (count.call < 0 || count.error == 0)
		return give_up("CALL ERROR N FILE COMMAND...");
	status = listener_run(&job);
	if (status < 0)
		return give_up("supervise");
	report = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (dprintf(report, "%ld\n", count.seen) < 0)
		return give_up("report");
	return status;
}
