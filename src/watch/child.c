/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"

#define END_SECONDS 0.1 /* from the kill to the end, where that is possible at all */

/* Those that were left behind, until they are found to have ended; of more nobody knows. */
#define LEFT_MAX 8u
static pid_t left_behind[LEFT_MAX];

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

static void reap_left(void)
{
	for (size_t i = 0; i < LEFT_MAX; i++) {
		if (left_behind[i] > 0 && waitpid(left_behind[i], NULL, WNOHANG) != 0)
			left_behind[i] = 0;
	}
}

bool child_start(struct child *child, child_work *work, const void *with)
{
	int ends[2];
	pid_t pid = 0;

	reap_left();
	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	/* Nobody waits for what it says; itself may have to, for us. */
	pid = fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ? -1 : fork();
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

bool child_hear(const struct child *child, struct strbuf *said)
{
	char part[4096];
	ssize_t r = 0;

	while ((r = read(child->fd, part, sizeof(part))) > 0)
		strbuf_add_bytes(said, part, (size_t)r);
	return r == 0 || (errno != EAGAIN && errno != EINTR);
}

static void wait_for_end(pid_t pid)
{
	double deadline = clock_now() + END_SECONDS;
	pid_t r = 0;

	while ((r = waitpid(pid, NULL, WNOHANG)) == 0 && wait_moment(deadline))
		;
	for (size_t i = 0; r == 0 && i < LEFT_MAX; i++) {
		if (left_behind[i] > 0)
			continue;
		left_behind[i] = pid;
		return;
	}
}

void child_end(struct child *child)
{
	if (child->pid > 0) {
		/* With it goes whoever it waits for, unless that is past killing. */
		(void)kill(-child->pid, SIGKILL);
		(void)kill(child->pid, SIGKILL);
		(void)close(child->fd);
		wait_for_end(child->pid);
	}
	*child = (struct child){0};
}
