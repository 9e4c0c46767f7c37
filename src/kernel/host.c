/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "base/strbuf.h"

bool sys_has_helper(void)
{
	/* FS_SEARCH_PATH of libmount, as distributions build it. */
	static const char *const places[] = {"/sbin/mount.robind",
					     "/sbin/fs.d/mount.robind",
					     "/sbin/fs/mount.robind"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (stat(places[i], &st) == 0 && S_ISREG(st.st_mode) &&
		    faccessat(AT_FDCWD, places[i], X_OK, AT_EACCESS) == 0)
			return true;
	}
	return false;
}

/* A link to it, or a mount of it. */
static bool is_busybox(const char *path, const struct stat *st)
{
	static const char *const places[] = {"/bin/busybox", "/usr/bin/busybox",
					     "/sbin/busybox"};
	scoped_mem char *real = realpath(path, NULL);
	const char *name = real ? strrchr(real, '/') : NULL;
	struct stat other;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (stat(places[i], &other) == 0 && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	}
	return name && strncmp(name, "/busybox", strlen("/busybox")) == 0;
}

static bool find_busybox_mount(void)
{
	static const char *const places[] = {"/bin/mount", "/usr/bin/mount", "/sbin/mount",
					     "/usr/sbin/mount"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (stat(places[i], &st) == 0)
			return is_busybox(places[i], &st);
	}
	return false;
}

bool sys_has_busybox_mount(void)
{
	static enum { UNKNOWN, NO, YES } found;

	if (found == UNKNOWN)
		found = find_busybox_mount() ? YES : NO;
	return found == YES;
}

bool sys_is_file(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

bool sys_has_systemd(void)
{
	struct stat st;

	return lstat("/run/systemd/system", &st) == 0 && S_ISDIR(st.st_mode);
}

/* Wait for a child of ours; one that is late is ended. */
static int wait_for(pid_t pid, double deadline)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	int status = 0;
	pid_t r = 0;

	for (;;) {
		r = waitpid(pid, &status, WNOHANG);
		if (r == pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
		if (r < 0 && errno != EINTR)
			return -errno;
		if (clock_now() >= deadline)
			break;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	return -ETIMEDOUT;
}

/*
 * The system's own: PATH is the caller's. On NixOS there is neither of the first two.
 */
static const char *find_systemctl(void)
{
	static const char *const places[] = {"/usr/bin/systemctl", "/bin/systemctl",
					     "/run/current-system/sw/bin/systemctl"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (access(places[i], X_OK) == 0)
			return places[i];
	}
	return NULL;
}

/* No signal ignored or blocked, as a program expects to be started. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t all;
	sigset_t none;
	int r = 0;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	r = posix_spawnattr_setsigdefault(attributes, &all);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF |
								 POSIX_SPAWN_SETSIGMASK);
	return r;
}

/* Our own streams are the caller's; what it says goes to `out`, or nowhere where that is -1. */
static int spawn_quietly(const char *path, char *const argv[], int out, pid_t *pid)
{
	char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	posix_spawn_file_actions_t streams;
	posix_spawnattr_t attributes;
	int r = posix_spawn_file_actions_init(&streams);

	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r != 0) {
		(void)posix_spawn_file_actions_destroy(&streams);
		return -r;
	}
	for (int fd = 0; r == 0 && fd <= STDERR_FILENO; fd++)
		r = posix_spawn_file_actions_addopen(&streams, fd, "/dev/null", O_RDWR, 0);
	if (r == 0 && out >= 0)
		r = posix_spawn_file_actions_adddup2(&streams, out, STDOUT_FILENO);
	if (r == 0)
		r = set_signals(&attributes);
	if (r == 0)
		r = posix_spawn(pid, path, &streams, &attributes, argv, environment);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&streams);
	return -r;
}

static int run_systemctl(char *const argv[], double deadline)
{
	const char *path = find_systemctl();
	pid_t pid = 0;
	int r = path ? spawn_quietly(path, argv, -1, &pid) : -ENOENT;

	return r < 0 ? r : wait_for(pid, deadline);
}

int sys_daemon_reload(double deadline)
{
	char *argv[] = {"systemctl", "daemon-reload", NULL};

	return run_systemctl(argv, deadline);
}

int sys_stop_unit(const char *unit, double deadline)
{
	char *argv[] = {"systemctl", "stop", "--", (char *)unit, NULL};

	return run_systemctl(argv, deadline);
}

bool sys_is_unit_active(const char *unit, double deadline)
{
	char *argv[] = {"systemctl", "is-active", "--quiet", "--", (char *)unit, NULL};

	return run_systemctl(argv, deadline) == 0;
}

/* What comes through a pipe by then. */
static void read_by(int fd, double deadline, struct strbuf *text)
{
	char piece[4096];

	for (;;) {
		struct pollfd in = {.fd = fd, .events = POLLIN};
		double left = deadline - clock_now();
		ssize_t n = 0;

		if (left <= 0 || poll(&in, 1, (int)(left * 1000) + 1) <= 0)
			return;
		n = read(fd, piece, sizeof(piece));
		if (n <= 0)
			return;
		strbuf_add_bytes(text, piece, (size_t)n);
	}
}

char *sys_unit_jobs(double deadline)
{
	char *argv[] = {"systemctl", "list-jobs", "--no-legend", "--plain", NULL};
	const char *path = find_systemctl();
	scoped_strbuf text = {0};
	int ends[2];
	pid_t pid = 0;
	int r = 0;

	if (!path || pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	r = spawn_quietly(path, argv, ends[1], &pid);
	(void)close(ends[1]);
	if (r == 0) {
		read_by(ends[0], deadline, &text);
		r = wait_for(pid, deadline);
	}
	(void)close(ends[0]);
	return r == 0 ? strbuf_steal(&text) : NULL;
}
