/* SPDX-License-Identifier: Apache-2.0 */
/* A file system that answers one kind of question with an error, whichever it is:
 *
 *   failing_fuse MOUNTPOINT OPERATION ERROR [USER]
 *
 * OPERATION is lookup, getattr, mkdir, mknod, rmdir or none. It holds an empty directory `dir`, and
 * nothing can be made in it. With USER, a number, it lets in nobody but him. The kernel keeps
 * none of it in mind. It says "answers" when it is mounted, and ends with its input.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/errno_name.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ROOM         65536u
#define DIR_ID       2u

/* clang-format off */
static const struct { const char *name; uint32_t opcode; } operations[] = {
	{ "lookup",  FUSE_LOOKUP },
	{ "getattr", FUSE_GETATTR },
	{ "mkdir",   FUSE_MKDIR },
	{ "mknod",   FUSE_MKNOD },
	{ "rmdir",   FUSE_RMDIR },
	{ "none",    0 },
};
/* clang-format on */

struct server {
	int fuse;
	uint32_t opcode;
	int error;
};

static int give_up(const char *what)
{
	fprintf(stderr, "failing_fuse: %s: %s\n", what, strerror(errno));
	return 1;
}

static int find_error(const char *name)
{
	for (int number = 1; number < 200; number++) {
		const char *known = errno_name(number);

		if (known && strcmp(known, name) == 0)
			return number;
	}
	return 0;
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

	(void)!writev(s->fuse, parts, size > 0 ? 2 : 1);
}

static struct fuse_attr attr_of(uint64_t id)
{
	return (struct fuse_attr){.ino = id,
				  .mode = S_IFDIR | 0755,
				  .nlink = 2,
				  .blksize = 512};
}

static void answer_init(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_init_in *in = (const void *)(head + 1);
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = in->minor < FUSE_KERNEL_MINOR_VERSION ? in->minor
							       : FUSE_KERNEL_MINOR_VERSION,
		.max_write = 4096,
	};

	send_reply(s, head->unique, 0, &out, sizeof(out));
}

static void answer_lookup(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_entry_out out = {.nodeid = DIR_ID, .attr = attr_of(DIR_ID)};
	bool is_there = head->nodeid == FUSE_ROOT_ID &&
			strcmp((const char *)(head + 1), "dir") == 0;

	send_reply(s, head->unique, is_there ? 0 : ENOENT, &out,
		   is_there ? sizeof(out) : 0);
}

static void answer(const struct server *s, const struct fuse_in_header *head)
{
	const struct fuse_attr_out attr = {.attr = attr_of(head->nodeid)};
	const struct fuse_open_out opened = {0};
	const struct fuse_statfs_out fs = {.st = {.bsize = 512, .namelen = 255}};

	if (head->opcode == FUSE_FORGET || head->opcode == FUSE_BATCH_FORGET)
		return;
	if (head->opcode == s->opcode)
		send_reply(s, head->unique, s->error, NULL, 0);
	else if (head->opcode == FUSE_INIT)
		answer_init(s, head);
	else if (head->opcode == FUSE_LOOKUP)
		answer_lookup(s, head);
	else if (head->opcode == FUSE_GETATTR)
		send_reply(s, head->unique, 0, &attr, sizeof(attr));
	else if (head->opcode == FUSE_OPENDIR)
		send_reply(s, head->unique, 0, &opened, sizeof(opened));
	else if (head->opcode == FUSE_STATFS)
		send_reply(s, head->unique, 0, &fs, sizeof(fs));
	else
		send_reply(s, head->unique,
			   head->opcode == FUSE_READDIR || head->opcode == FUSE_RELEASEDIR
				   ? 0
				   : ENOSYS,
			   NULL, 0);
}

static int serve(const struct server *s)
{
	static char question[ROOM];
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = s->fuse, .events = POLLIN},
	};

	while (poll(fds, ARRAY_LEN(fds), -1) > 0) {
		if (fds[0].revents || fds[1].revents & POLLERR)
			return 0;
		if (read(s->fuse, question, sizeof(question)) > 0)
			answer(s, (const struct fuse_in_header *)question);
		else if (errno != EINTR && errno != ENOENT && errno != EAGAIN)
			return give_up("/dev/fuse");
	}
	return give_up("poll");
}

static bool find_operation(const char *name, uint32_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
		if (strcmp(operations[i].name, name) == 0) {
			*ret = operations[i].opcode;
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	struct server s = {.fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK)};
	unsigned long user = argc > 4 ? strtoul(argv[4], NULL, 10) : getuid();
	char options[128];

	if (s.fuse < 0)
		return give_up("/dev/fuse");
	errno = EINVAL;
	if (argc < 4 || !find_operation(argv[2], &s.opcode))
		return give_up("MOUNTPOINT OPERATION ERROR [USER]");
	s.error = find_error(argv[3]);
	(void)snprintf(options, sizeof(options),
		       "fd=%d,rootmode=40755,user_id=%lu,group_id=0%s", s.fuse, user,
		       argc > 4 ? "" : ",allow_other");
	if (s.error == 0 ||
	    mount("failing", argv[1], "fuse.failing", MS_NOSUID | MS_NODEV, options) < 0)
		return give_up(argv[1]);
	(void)puts("answers");
	(void)fflush(stdout);
	return serve(&s);
}
