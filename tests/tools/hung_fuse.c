/* SPDX-License-Identifier: Apache-2.0 */
/* A file system whose server stops answering, as NFS and FUSE ones do.
 *
 *   hung_fuse MOUNTPOINT [SECONDS|hang]
 *
 * It holds dir/file and dir/sub/file, and the kernel is told to keep none of that in mind.
 * Each answer takes SECONDS (0), or never comes; then whoever asked waits and cannot even
 * be killed.
 *
 *   SIGUSR1       stop answering         SIGUSR2   answer, also what was asked meanwhile
 *   SIGTERM, or the end of standard input: give up; whoever waits gets ECONNABORTED
 *
 * On standard output a line says "answers" or "hangs" after the start and each SIGUSR, and
 * "asked" for each question that is left without an answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ROOM         65536u
#define MAX_WAITING  256

/* The whole tree; a node's number is its place here. */
static const struct {
	uint64_t parent;
	const char *name;
	mode_t mode;
} nodes[] = {
	[FUSE_ROOT_ID] = {0, "", S_IFDIR | 0755},
	[2] = {FUSE_ROOT_ID, "dir", S_IFDIR | 0755},
	[3] = {2, "file", S_IFREG | 0644},
	[4] = {2, "sub", S_IFDIR | 0755},
	[5] = {4, "file", S_IFREG | 0644},
};

struct server {
	int fuse;
	bool hangs;
	struct timespec delay;
	size_t unanswered;
	void *waiting[MAX_WAITING]; /* questions for when it answers again */
};

static int give_up(const char *what)
{
	fprintf(stderr, "hung_fuse: %s: %s\n", what, strerror(errno));
	return 1;
}

static void send_reply(const struct server *s, uint64_t unique, int error, const void *data,
		       size_t size)
{
	struct fuse_out_header head = {
		.len = (uint32_t)(sizeof(head) + size),
		.error = -error,
		.unique = unique,
	};
	struct iovec parts[] = {{&head, sizeof(head)}, {(void *)data, size}};

	/* ENOENT: who asked was interrupted. */
	(void)!writev(s->fuse, parts, size > 0 ? 2 : 1);
}

static struct fuse_attr attr_of(uint64_t file_id)
{
	bool is_file = S_ISREG(nodes[file_id].mode);

	return (struct fuse_attr){
		.ino = file_id,
		.mode = nodes[file_id].mode,
		.nlink = is_file ? 1 : 2,
		.blksize = 512,
	};
}

static void answer_init(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_init_in *in = (const void *)(head + 1);
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = in->minor < FUSE_KERNEL_MINOR_VERSION ? in->minor
							       : FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = in->max_readahead,
		.max_write = 4096,
	};

	send_reply(s, head->unique, 0, &out, sizeof(out));
}

static void answer_lookup(const struct server *s, const struct fuse_in_header *head)
{
	const char *name = (const char *)(head + 1);

	for (uint64_t file_id = 2; file_id < ARRAY_LEN(nodes); file_id++) {
		if (nodes[file_id].parent == head->nodeid &&
		    strcmp(nodes[file_id].name, name) == 0) {
			const struct fuse_entry_out out = {.nodeid = file_id,
							   .attr = attr_of(file_id)};

			send_reply(s, head->unique, 0, &out, sizeof(out));
			return;
		}
	}
	send_reply(s, head->unique, ENOENT, NULL, 0);
}

static void answer_attr(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_attr_out out = {.attr = attr_of(head->nodeid)};

	send_reply(s, head->unique, 0, &out, sizeof(out));
}

static void answer_open(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_open_out out = {0};

	send_reply(s, head->unique, 0, &out, sizeof(out));
}

/* All names at once; the offset of each is the number of the next node. */
static void answer_readdir(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_read_in *in = (const void *)(head + 1);
	char out[4096] = {0};
	size_t used = 0;

	for (uint64_t file_id = in->offset + 1; file_id < ARRAY_LEN(nodes); file_id++) {
		struct fuse_dirent *entry = (void *)(out + used);

		if (file_id < 2 || nodes[file_id].parent != head->nodeid)
			continue;
		entry->ino = entry->off = file_id;
		entry->type = nodes[file_id].mode >> 12;
		entry->namelen = (uint32_t)strlen(nodes[file_id].name);
		memcpy(entry->name, nodes[file_id].name, entry->namelen);
		used += FUSE_DIRENT_SIZE(entry);
	}
	send_reply(s, head->unique, 0, out, used);
}

static void answer_statfs(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_statfs_out out = {.st = {.bsize = 512, .namelen = 255}};

	send_reply(s, head->unique, 0, &out, sizeof(out));
}

static void answer_done(const struct server *s, const struct fuse_in_header *head)
{
	send_reply(s, head->unique, 0, NULL, 0);
}

static void answer_nothing(const struct server *s, const struct fuse_in_header *head)
{
	(void)s;
	(void)head;
}

/* clang-format off */
static void (*const answers[])(const struct server *s, const struct fuse_in_header *head) = {
	[FUSE_LOOKUP]       = answer_lookup,
	[FUSE_FORGET]       = answer_nothing,
	[FUSE_GETATTR]      = answer_attr,
	[FUSE_SETATTR]      = answer_attr,
	[FUSE_OPEN]         = answer_open,
	[FUSE_STATFS]       = answer_statfs,
	[FUSE_RELEASE]      = answer_done,
	[FUSE_FLUSH]        = answer_done,
	[FUSE_INIT]         = answer_init,
	[FUSE_OPENDIR]      = answer_open,
	[FUSE_READDIR]      = answer_readdir,
	[FUSE_RELEASEDIR]   = answer_done,
	[FUSE_INTERRUPT]    = answer_nothing,
	[FUSE_BATCH_FORGET] = answer_nothing,
};
/* clang-format on */

static void answer(const struct server *s, const struct fuse_in_header *head)
{
	if (head->opcode < ARRAY_LEN(answers) && answers[head->opcode])
		answers[head->opcode](s, head);
	else
		send_reply(s, head->unique, ENOSYS, NULL, 0);
}

static void say(const char *what)
{
	puts(what);
	(void)fflush(stdout);
}

/* Read one question: it is no longer the kernel's, so who asked cannot take it back. */
static int take_question(struct server *s)
{
	struct fuse_in_header *head = calloc(1, ROOM);

	if (!head)
		return -1;
	if (read(s->fuse, head, ROOM) < 0) {
		free(head);
		return errno == EINTR || errno == ENOENT || errno == EAGAIN ? 0 : -1;
	}
	if (s->hangs && head->opcode != FUSE_INIT && s->unanswered < MAX_WAITING) {
		s->waiting[s->unanswered++] = head;
		say("asked");
		return 0;
	}
	if (head->opcode != FUSE_INIT)
		(void)nanosleep(&s->delay, NULL);
	answer(s, head);
	free(head);
	return 0;
}

/* Returns false when it is time to end. */
static bool take_signal(struct server *s, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) < 0 || info.ssi_signo == SIGTERM)
		return false;
	s->hangs = info.ssi_signo == SIGUSR1;
	say(s->hangs ? "hangs" : "answers");
	for (; !s->hangs && s->unanswered > 0; s->unanswered--) {
		answer(s, s->waiting[s->unanswered - 1]);
		free(s->waiting[s->unanswered - 1]);
	}
	return true;
}

static int serve(struct server *s, int signals)
{
	struct pollfd fds[] = {
		{.fd = signals, .events = POLLIN},
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = s->fuse, .events = POLLIN},
	};

	while (poll(fds, ARRAY_LEN(fds), -1) > 0) {
		if (fds[0].revents && !take_signal(s, signals))
			return 0;
		if (fds[1].revents)
			return 0;
		if (fds[2].revents & POLLERR) /* unmounted */
			return 0;
		if (fds[2].revents & POLLIN && take_question(s) < 0)
			return give_up("/dev/fuse");
	}
	return give_up("poll");
}

static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "0";
	double seconds = strtod(how, NULL);
	struct server s = {
		/* What poll(2) saw may have been taken back by who asked. */
		.fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK),
		.hangs = strcmp(how, "hang") == 0,
		.delay = {.tv_sec = (time_t)seconds,
			  .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)},
	};
	int signals = catch_signals();
	char options[128];

	if (argc < 2) {
		errno = EINVAL;
		return give_up("MOUNTPOINT [SECONDS|hang]");
	}
	if (s.fuse < 0 || signals < 0)
		return give_up("/dev/fuse");
	(void)snprintf(options, sizeof(options),
		       "fd=%d,rootmode=40755,user_id=%u,group_id=%u,allow_other", s.fuse,
		       getuid(), getgid());
	if (mount("hung", argv[1], "fuse.hung", MS_NOSUID | MS_NODEV, options) < 0)
		return give_up(argv[1]);
	say(s.hangs ? "hangs" : "answers");
	return serve(&s, signals);
}
