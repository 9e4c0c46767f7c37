/* SPDX-License-Identifier: Apache-2.0 */
/* An automounter.
 *
 *   autofs POINT direct|indirect [mount|below|fail|silent [SOURCE]]
 *
 *   direct     what is mounted on demand is mounted at POINT itself
 *   indirect   at POINT/NAME, for any NAME that somebody looks for
 *   mount      a tmpfs that holds sub/file, writable (what is done unless said otherwise)
 *   below      the same at POINT/NAME/in, with nothing at POINT/NAME itself
 *   fail       say that there is nothing to mount
 *   silent     never answer: whoever looks waits until this process ends
 *   SOURCE     what the table of mounts has as its name
 *
 * Ends when standard input does. Prints a line "ready", and then one for each time somebody
 * stepped on it: NAME, or POINT of a direct one.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/auto_fs.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct automounter {
	const char *point;
	const char *action;
	const char *source;
	bool is_direct;
	int triggers; /* the end of the pipe that the kernel writes to */
	int root;     /* opened before anything is mounted over it */
};

static int give_up(const char *what)
{
	fprintf(stderr, "autofs: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Needs no way back: who is in our process group never triggers. */
static int start(struct automounter *a)
{
	char options[128];
	int ends[2];

	if (setpgid(0, 0) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	(void)snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,%s",
		       ends[1], getpgrp(), a->is_direct ? "direct" : "indirect");
	if (mount(a->source, a->point, "autofs", 0, options) < 0)
		return -1;
	(void)close(ends[1]);
	a->triggers = ends[0];
	a->root = open(a->point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return a->root;
}

/* A tmpfs with something in it, where somebody looks for it. */
static int mount_at(const char *place)
{
	char path[4096];
	int file;

	if (mount("automounted", place, "tmpfs", 0, "mode=755") < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/sub", place);
	if (mkdir(path, 0755) < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/sub/file", place);
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return file < 0 ? -1 : close(file);
}

static int mount_named(const struct automounter *a, const char *name)
{
	char place[4096];

	if (a->is_direct)
		return mount_at(a->point);
	(void)snprintf(place, sizeof(place), "%s/%s", a->point, name);
	if (mkdir(place, 0755) < 0 && errno != EEXIST)
		return -1;
	if (strcmp(a->action, "below") == 0) {
		(void)snprintf(place, sizeof(place), "%s/%s/in", a->point, name);
		if (mkdir(place, 0755) < 0 && errno != EEXIST)
			return -1;
	}
	return mount_at(place);
}

/* Whoever looks in another place, as in a bind of ours, makes the kernel ask again. */
static bool is_mounted(const struct automounter *a, const char *name)
{
	char place[4096];
	struct statfs fs;

	if (a->is_direct)
		(void)snprintf(place, sizeof(place), "%s", a->point);
	else
		(void)snprintf(place, sizeof(place), "%s/%s%s", a->point, name,
			       strcmp(a->action, "below") == 0 ? "/in" : "");
	return statfs(place, &fs) == 0 && fs.f_type != AUTOFS_SUPER_MAGIC;
}

static bool serves(const struct automounter *a)
{
	return strcmp(a->action, "mount") == 0 || strcmp(a->action, "below") == 0;
}

static int take_trigger(const struct automounter *a)
{
	union autofs_v5_packet_union packet;
	const struct autofs_v5_packet *asked = &packet.v5_packet;
	bool is_done;

	if (read(a->triggers, &packet, sizeof(*asked)) != (ssize_t)sizeof(*asked))
		return -1;
	printf("%s\n", a->is_direct ? a->point : asked->name);
	(void)fflush(stdout);
	if (strcmp(a->action, "silent") == 0)
		return 0;
	is_done = serves(a) &&
		  (is_mounted(a, asked->name) || mount_named(a, asked->name) == 0);
	return ioctl(a->root, is_done ? AUTOFS_IOC_READY : AUTOFS_IOC_FAIL,
		     asked->wait_queue_token);
}

static int serve(const struct automounter *a)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = a->triggers, .events = POLLIN},
	};

	while (poll(fds, ARRAY_LEN(fds), -1) > 0) {
		if (fds[0].revents)
			return ioctl(a->root, AUTOFS_IOC_CATATONIC, 0);
		if (fds[1].revents && take_trigger(a) < 0)
			return -1;
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct automounter a = {
		.point = argc > 2 ? argv[1] : NULL,
		.action = argc > 3 ? argv[3] : "mount",
		.source = argc > 4 ? argv[4] : "automounter",
		.is_direct = argc > 2 && strcmp(argv[2], "direct") == 0,
	};

	errno = EINVAL;
	if (!a.point)
		return give_up("POINT direct|indirect [mount|below|fail|silent [SOURCE]]");
	if (start(&a) < 0)
		return give_up(a.point);
	puts("ready");
	(void)fflush(stdout);
	return serve(&a) < 0 ? give_up("serve") : 0;
}
