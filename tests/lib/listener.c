/* SPDX-License-Identifier: Apache-2.0 */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int listener_filter(const struct sock_filter *code, unsigned short n, unsigned flags)
{
	const struct sock_fprog filter = {.len = n, .filter = (struct sock_filter *)code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

/* One call is waiting: let it pass, fail it, or kill who made it. */
static int answer(int listener, const struct listener_job *job)
{
	struct seccomp_notif asked = {0};
	struct seccomp_notif_resp said = {0};
	int verdict = 0;

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
		return -1;
	verdict = job->judge(&asked, job->data);
	if (verdict == LISTENER_KILL)
		return kill((pid_t)asked.pid, SIGKILL);
	said.id = asked.id;
	said.error = verdict == LISTENER_DONE ? 0 : -verdict;
	said.flags = verdict == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said);
}

/* Until the command ends. A caller that died while it waited is no error. */
static int supervise(int listener, int command, const struct listener_job *job)
{
	struct pollfd fds[] = {
		{.fd = listener, .events = POLLIN},
		{.fd = command, .events = POLLIN},
	};

	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents & POLLIN) {
			if (answer(listener, job) < 0 && errno != ENOENT)
				return -1;
		} else if (fds[1].revents) {
			return 0;
		}
	}
	return -1;
}

/* In the child. Says which descriptor the listener is, or -errno. */
static void start(const struct listener_job *job, int report)
{
	int listener = job->listen(job->data);
	int said = listener < 0 ? -errno : listener;
	const struct iovec vec = {&said, sizeof(said)};

	/* By a call that nobody listens for: who answers does not know yet where it is asked. */
	if (writev(report, &vec, 1) == (ssize_t)sizeof(said) && said >= 0)
		execvp(job->command[0], job->command);
	dprintf(STDERR_FILENO, "%s: %s\n", job->command[0], strerror(errno));
	_exit(125);
}

int listener_run(const struct listener_job *job)
{
	int ends[2], listener, pidfd, status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	/* The child's descriptors are ours as well, up to its exec: so is the listener. */
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		start(job, ends[1]);
	if (pid < 0 || read(ends[0], &listener, sizeof(listener)) < 0)
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0 || (listener >= 0 && supervise(listener, pidfd, job) < 0) ||
	    waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
