/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/syscalls.h"

enum { ARGUMENTS, REPORT, STANDARD, FD_COUNT = STANDARD + 3 };

extern char **environ;

/* Those that run; a test starts one, or a few at once. */
static struct command {
	pid_t pid; /* 0: none */
	int report;
} commands[64];

static int greet(int input)
{
	char number[16];
	int n = snprintf(number, sizeof(number), "%d\n", (int)getpid());

	return send(input, number, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -1;
}

/* The byte that came, 0 at the end, or -1. */
static int receive(int input, int fds[FD_COUNT])
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int) * FD_COUNT)];
	} control;
	char byte = 0;
	struct iovec text = {.iov_base = &byte, .iov_len = sizeof(byte)};
	struct msghdr message = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(input, &message, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	if (n <= 0)
		return (int)n;
	if (!head || head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len != CMSG_LEN(sizeof(int) * FD_COUNT)) {
		errno = EPROTO;
		return -1;
	}
	memcpy(fds, CMSG_DATA(head), sizeof(int) * FD_COUNT);
	return byte;
}

static char *read_all(int fd, size_t *size)
{
	struct stat file;
	char *text = NULL;

	if (fstat(fd, &file) < 0)
		return NULL;
	text = malloc((size_t)file.st_size + 1);
	if (!text || pread(fd, text, (size_t)file.st_size, 0) != file.st_size) {
		free(text);
		return NULL;
	}
	*size = (size_t)file.st_size;
	text[*size] = '\0';
	return text;
}

/* The strings of TEXT, which go on belonging to it. */
static char **split(char *text, size_t size)
{
	size_t count = 0, n = 0;
	char **strings = NULL;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\0';
	strings = calloc(count + 1, sizeof(*strings));
	for (size_t at = 0; strings && n < count; at += strlen(text + at) + 1)
		strings[n++] = text + at;
	return strings;
}

/* As it would be started by a shell: no signal is blocked. */
static int spawn(pid_t *pid, char **arguments, const int standard[3])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r = 0;

	(void)sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawnattr_init(&attributes) != 0)
		return ENOMEM;
	for (int fd = 0; fd < 3 && r == 0; fd++)
		r = posix_spawn_file_actions_adddup2(&actions, standard[fd], fd);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	if (r == 0)
		r = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments,
				 environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* A process that is as if it had been started anew: nothing is open but its own. */
static int fork_job(pid_t *pid, char **arguments, const int standard[3], commands_job *job)
{
	sigset_t none;

	*pid = fork();
	if (*pid != 0)
		return *pid < 0 ? errno : 0;
	(void)sigemptyset(&none);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(standard[fd], fd) < 0)
			_exit(127);
	if (shim_close_range(3, ~0u) < 0)
		for (int fd = 3; fd < 1024; fd++)
			(void)close(fd);
	memset(commands, 0, sizeof(commands));
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	_exit(job(arguments));
}

static struct command *find(pid_t pid)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].pid == pid)
			return &commands[i];
	return NULL;
}

static void start(int fds[FD_COUNT], commands_job *job)
{
	struct command *command = find(0);
	size_t size = 0;
	scoped_mem char *text = read_all(fds[ARGUMENTS], &size);
	scoped_mem char **arguments = text ? split(text, size) : NULL;
	int r = E2BIG;

	if (command && arguments && arguments[0])
		r = job ? fork_job(&command->pid, arguments, fds + STANDARD, job)
			: spawn(&command->pid, arguments, fds + STANDARD);
	if (r == 0) {
		command->report = steal_fd(&fds[REPORT]);
		return;
	}
	/* As from a shell that cannot find it. */
	(void)dprintf(fds[STANDARD + 2], "%s: %s\n", arguments ? arguments[0] : "",
		      strerror(r));
	r = 127 << 8;
	(void)!write(fds[REPORT], &r, sizeof(r));
}

static int take(int input, commands_job *job)
{
	int fds[FD_COUNT] = {-1, -1, -1, -1, -1};
	int n = receive(input, fds);

	if (n <= 0)
		return n;
	start(fds, n == 'j' ? job : NULL);
	for (int i = 0; i < FD_COUNT; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	return n;
}

static void wait_for_all(void)
{
	int status = 0;

	for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
		struct command *command = find(pid);

		if (!command)
			continue;
		(void)!write(command->report, &status, sizeof(status));
		(void)close(command->report);
		command->pid = 0;
	}
}

int commands_serve(int input, commands_job *job)
{
	sigset_t set;
	struct pollfd fds[2] = {{.fd = input, .events = POLLIN}, {.events = POLLIN}};
	struct signalfd_siginfo info;
	int n = 1;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	fds[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	(void)sigaddset(&set,
			SIGPIPE); /* whoever asked may be gone when its command ends */
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	if (fds[1].fd < 0 || greet(input) < 0)
		return -1;
	while (n > 0 && (poll(fds, 2, -1) > 0 || errno == EINTR)) {
		if (fds[1].revents && read(fds[1].fd, &info, sizeof(info)) > 0)
			wait_for_all();
		if (fds[0].revents)
			n = take(input, job);
	}
	(void)close(fds[1].fd);
	return n;
}
