/* Run a command in which the Nth call of one kind fails, or kills who makes it.
 *
 *   fail_call CALL ERROR N FILE COMMAND...
 *
 * ERROR is an errno's name (EBUSY) or KILL; N counts from 1 over all processes of the
 * command, or is "always". How many calls of the kind were seen is written to FILE, so that
 * a sweep over N knows when it is through. The exit status is the command's, 128+SIGNAL
 * when it was killed.
 *
 *   seccomp(2)   this process and the command: CALL stops and asks the listener
 *   fork, exec   the command
 *   the listener answers "go on", and once ERROR
 *
 * Unlike a tracer this knows calls that are younger than the tracer, and lets the command
 * use ptrace itself, as LeakSanitizer does.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define KILL         (-1)

/* clang-format off */
static const struct { const char *name; int number; } calls[] = {
	{ "listmount",     SYS_listmount },
	{ "mkdirat",       SYS_mkdirat },
	{ "mount_setattr", SYS_mount_setattr },
	{ "move_mount",    SYS_move_mount },
	{ "open_tree",     SYS_open_tree },
	{ "openat2",       SYS_openat2 },
	{ "statmount",     SYS_statmount },
	{ "statx",         SYS_statx },
	{ "umount2",       SYS_umount2 },
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
		return KILL;
	for (int number = 1; number < 200; number++) {
		const char *known = strerrorname_np(number);

		if (known && strcmp(known, name) == 0)
			return number;
	}
	return 0;
}

static int listen_for(int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = ARRAY_LEN(code), .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

/* One call is waiting: let it pass, or be the one that fails. */
static int answer(int listener, int error, bool now)
{
	struct seccomp_notif asked = {0};
	struct seccomp_notif_resp said = {0};

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
		return -1;
	if (now && error == KILL)
		return kill((pid_t)asked.pid, SIGKILL);

	said.id = asked.id;
	said.error = now ? -error : 0;
	said.flags = now ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said);
}

/* Until the command ends; nth is 0 for "always". A caller that died while it waited is no
 * error. */
static long supervise(int listener, int command, int error, long nth)
{
	struct pollfd fds[] = {
		{.fd = listener, .events = POLLIN},
		{.fd = command, .events = POLLIN},
	};
	long seen = 0;

	while (poll(fds, ARRAY_LEN(fds), -1) > 0) {
		if (fds[0].revents & POLLIN) {
			seen++;
			if (answer(listener, error, nth == 0 || seen == nth) < 0 &&
			    errno != ENOENT)
				return -1;
		} else if (fds[1].revents) {
			return seen;
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	int number = argc > 5 ? call_number(argv[1]) : -1;
	int error = argc > 5 ? error_number(argv[2]) : 0;
	int listener, pidfd, report, status;
	long seen;
	pid_t pid;

	errno = EINVAL;
	if (number < 0 || error == 0)
		return give_up("CALL ERROR N FILE COMMAND...");
	listener = listen_for(number);
	if (listener < 0)
		return give_up("seccomp");

	pid = fork();
	if (pid == 0) {
		execvp(argv[5], argv + 5);
		_exit(give_up(argv[5]));
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pid < 0 || pidfd < 0)
		return give_up("fork");

	seen = supervise(listener, pidfd, error, call_count(argv[3]));
	if (seen < 0)
		return give_up("supervise");
	report = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (waitpid(pid, &status, 0) < 0 || dprintf(report, "%ld\n", seen) < 0)
		return give_up("report");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
