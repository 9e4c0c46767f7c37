/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that walks paths for robind. It is started at the first walk that the kernel
 * cannot make from its cache alone, serves one walk at a time over a socket, and ends when
 * the socket does. One that does not answer in time is killed and left behind: it holds
 * neither the lock nor standard output, and what it waits for is not waited for by us.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/wait.h"
#include "kernel/mount_table.h"
#include "kernel/path_walk.h"
#include "kernel/syscalls.h"

#define ANSWER_SECONDS 0.1    /* who is alive has answered by then */
#define FDS_MAX        65536u /* more are not closed one by one */

static struct child {
	pid_t pid; /* 0: there is none */
	int socket;
	struct walk_progress *progress; /* shared with the child */
} child;

/* Those that were left behind, until they are found to have ended; of more nobody knows. */
#define LEFT_BEHIND_MAX 8u
static struct child left_behind[LEFT_BEHIND_MAX];

/* A message with at most one descriptor beside it. */
struct message {
	struct msghdr header;
	struct iovec part;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
};

static void message_init(struct message *m, void *data, size_t size)
{
	*m = (struct message){.part = {.iov_base = data, .iov_len = size}};
	m->header.msg_iov = &m->part;
	m->header.msg_iovlen = 1;
}

static int send_said(int socket, struct worker_reply *said, bool has_fd)
{
	struct message m;

	message_init(&m, said, sizeof(*said));
	if (has_fd) {
		struct cmsghdr *c = NULL;

		m.header.msg_control = m.control.room;
		m.header.msg_controllen = sizeof(m.control.room);
		c = CMSG_FIRSTHDR(&m.header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &said->result, sizeof(int));
	}
	return sendmsg(socket, &m.header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int receive_said(int socket, struct worker_reply *said, bool has_fd)
{
	struct message m;
	struct cmsghdr *c = NULL;
	ssize_t n = 0;

	message_init(&m, said, sizeof(*said));
	m.header.msg_control = m.control.room;
	m.header.msg_controllen = sizeof(m.control.room);
	n = recvmsg(socket, &m.header, MSG_CMSG_CLOEXEC);
	if (n != (ssize_t)sizeof(*said))
		return -EIO;
	if (!has_fd || said->result < 0)
		return 0;
	c = CMSG_FIRSTHDR(&m.header);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -EMFILE; /* what the kernel drops when our table is full */
	memcpy(&said->result, CMSG_DATA(c), sizeof(int));
	return 0;
}

static enum walk_trigger trigger_of(const struct worker_request *ask)
{
	if (!ask->trigger)
		return TRIGGER_NONE;
	return ask->triggers_end ? TRIGGER_ALL : TRIGGER_ABOVE;
}

static int list(const struct worker_request *ask, struct worker_reply *said,
		struct walk_progress *progress)
{
	scoped_fd int fd = walk_open(ask->path, trigger_of(ask), progress);

	if (fd < 0)
		return fd;
	/* From here on it is the directory itself that may be unresponsive. */
	progress->length = strlen(progress->path);
	return list_content(fd, ask->n_ignored, said->text, sizeof(said->text));
}

void walk_do(const struct worker_request *ask, struct worker_reply *said,
	     struct walk_progress *progress)
{
	said->text[0] = '\0';
	said->made = 0;
	switch (ask->op) {
	case WALK_OPEN:
		said->result = walk_open(ask->path, trigger_of(ask), progress);
		break;
	case WALK_RESOLVE:
		said->result = links_resolve(ask, said, progress);
		break;
	case WALK_FIND_SYMLINK:
		said->result = links_find(ask, said);
		break;
	case WALK_LIST:
		said->result = list(ask, said, progress);
		break;
	case WALK_MAKE:
		said->result = place_make(ask->path, &ask->place, &said->made);
		break;
	case WALK_UNMAKE:
		place_unmake(ask->path, ask->place.is_directory, ask->made);
		said->result = 0;
		break;
	case WALK_REMOVE:
		said->result = place_remove(ask->path);
		break;
	}
}

/* ---- the child's side ---- */

static void close_all_but(int keep)
{
	struct rlimit limit = {0};

	if ((keep == 0 || shim_close_range(0, (unsigned)keep - 1) == 0) &&
	    shim_close_range((unsigned)keep + 1, ~0u) == 0)
		return;
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	for (rlim_t fd = 0; fd < limit.rlim_cur && fd < FDS_MAX; fd++) {
		if ((int)fd != keep)
			(void)close((int)fd);
	}
}

static void serve(int socket, struct walk_progress *progress)
{
	static struct worker_request ask;
	static struct worker_reply said;

	sys_table_done();
	close_all_but(socket);
	while (recv(socket, &ask, sizeof(ask), 0) == (ssize_t)sizeof(ask)) {
		bool has_fd = false;

		walk_do(&ask, &said, progress);
		has_fd = ask.op == WALK_OPEN && said.result >= 0;
		if (send_said(socket, &said, has_fd) < 0)
			break;
		if (has_fd)
			(void)close(said.result);
	}
	_exit(0);
}

/* ---- our side ---- */

static int start(void)
{
	int ends[2];
	pid_t pid = 0;

	if (!child.progress) {
		void *shared = mmap(NULL, sizeof(*child.progress), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (shared == MAP_FAILED)
			return -errno;
		child.progress = shared;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		int err = errno;

		(void)close(ends[0]);
		(void)close(ends[1]);
		return -err;
	}
	if (pid == 0)
		serve(ends[1], child.progress);
	(void)close(ends[1]);
	child.socket = ends[0];
	child.pid = pid;
	return 0;
}

static void reap_left(void)
{
	for (size_t i = 0; i < LEFT_BEHIND_MAX; i++) {
		if (left_behind[i].pid == 0 ||
		    waitpid(left_behind[i].pid, NULL, WNOHANG) == 0)
			continue;
		(void)munmap(left_behind[i].progress, sizeof(*left_behind[i].progress));
		left_behind[i] = (struct child){0};
	}
}

/* Leave the child behind. It may be past killing, so nobody waits for it here. */
static void abandon(void)
{
	(void)kill(child.pid, SIGKILL);
	(void)close(child.socket);
	reap_left();
	for (size_t i = 0; i < LEFT_BEHIND_MAX; i++) {
		if (left_behind[i].pid > 0)
			continue;
		left_behind[i] = child;
		break;
	}
	child.pid = 0;
	/* It may yet write there. */
	child.progress = NULL;
}

void walk_child_done(void)
{
	if (child.pid > 0) {
		(void)close(child.socket);
		(void)waitpid(child.pid, NULL, 0);
		child.pid = 0;
	}
	if (child.progress)
		(void)munmap(child.progress, sizeof(*child.progress));
	child.progress = NULL;
	reap_left();
}

/* Wait for the answer. 0, or -ETIMEDOUT. */
static int await(double seconds)
{
	double begin = clock_now();
	double end = begin + (seconds < 0 ? 3600 : seconds);
	double slice = wait_slice();
	struct pollfd p = {.fd = child.socket, .events = POLLIN};

	for (;;) {
		double now = clock_now();
		double left = slice > 0 && end - now > slice ? slice : end - now;
		int r = poll(&p, 1, left > 0 ? (int)(left * 1000) + 1 : 0);

		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
		now = clock_now();
		if (seconds >= 0 && now >= end)
			return -ETIMEDOUT;
		if (now >= begin + ANSWER_SECONDS && wait_is_over())
			return -ETIMEDOUT;
	}
}

int walk_in_child(const struct worker_request *ask, double seconds,
		  struct worker_reply *said, struct walk_progress *ret)
{
	int r = child.pid > 0 ? 0 : start();

	if (r < 0)
		return r;
	*child.progress = (struct walk_progress){0};
	if (send(child.socket, ask, sizeof(*ask), MSG_NOSIGNAL) < 0)
		r = -errno;
	if (r == 0)
		r = await(seconds);
	*ret = *child.progress;
	ret->path[sizeof(ret->path) - 1] = '\0';
	if (r == 0)
		r = receive_said(child.socket, said, ask->op == WALK_OPEN);
	if (r == -ETIMEDOUT || r == -EIO || r == -EPIPE)
		abandon();
	return r;
}
