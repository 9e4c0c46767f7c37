/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_child(child_work *work, const void *with, int to)
{
	sigset_t none;

	(void)setpgid(0, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	work(with, to);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	_exit(0);
}

bool child_start(struct child *child, child_work *work, const void *with)
{
	int ends[2];
	pid_t pid = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		be_child(work, with, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return false;
	}
	(void)setpgid(pid, pid);
	*child = (struct child){.pid = pid, .fd = ends[0]};
	return true;
}

void child_end(struct child *child)
{
	if (child->pid > 0) {
		/* With it goes whoever it waits for, unless that is past killing. */
		(void)kill(-child->pid, SIGKILL);
		(void)kill(child->pid, SIGKILL);
		(void)close(child->fd);
		(void)waitpid(child->pid, NULL, 0);
	}
	*child = (struct child){0};
}
