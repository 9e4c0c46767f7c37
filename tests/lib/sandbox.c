/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/run.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/features.h"
#include "kernel/syscalls.h"
#include "namespace.h"
#include "text_json.h"

void sandbox_enter(void)
{
	ck_assert_msg(namespace_unshare(CLONE_NEWNS) == 0, "%s", strerror(errno));
	/* With the lock in it: no other test waits for this one. */
	ck_assert(mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0);
	ck_assert(mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755") == 0);
	ck_assert(mount("none", "/mnt", NULL, MS_SHARED, NULL) == 0);
	ck_assert(chdir("/mnt") == 0);
}

bool sandbox_is_possible(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(namespace_unshare(CLONE_NEWNS) == 0 ? 0 : 1);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return true;
	puts("skipped: mount namespaces cannot be had here");
	return false;
}

/* No descriptor is -1, but flags are looked at before. */
static bool attaches_beneath(void)
{
	return features_probe()->mount_calls &&
	       shim_move_mount(-1, -1, "", SHIM_MOVE_BENEATH) < 0 && errno == EBADF;
}

/* A copy that is in no namespace. */
static bool clones_what_is_detached(void)
{
	const unsigned flags = SHIM_OPEN_TREE_CLONE | SHIM_AT_RECURSIVE | O_CLOEXEC;
	int copy =
		features_probe()->mount_calls ? shim_open_tree(AT_FDCWD, "/", flags) : -1;

	return copy >= 0 && shim_open_tree(copy, "", flags | AT_EMPTY_PATH) >= 0;
}

static bool is_so_within(bool (*look)(void))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(namespace_unshare(CLONE_NEWNS) == 0 && look() ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

bool sandbox_has_beneath(void)
{
	return is_so_within(attaches_beneath);
}

bool sandbox_has_detached_trees(void)
{
	return is_so_within(clones_what_is_detached);
}

void sandbox_mkdir(const char *path)
{
	char part[4096];

	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		(void)snprintf(part, sizeof(part), "%.*s", (int)i, path);
		ck_assert(mkdir(part, 0755) == 0 || errno == EEXIST);
	}
}

json_t *sandbox_apply(const char *format, ...)
{
	char text[8192];
	struct error err = {0};
	struct request req = {0};
	struct reply reply = {0};
	const struct features *features = features_probe();
	scoped_json json_t *doc = NULL;
	json_t *whole = NULL;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	doc = text_json(text);
	ck_assert_msg(request_decode(doc, false, &req, &err) == 0, "%s", err.text);
	ck_assert_msg(run_request(&req, features, &reply, &err) == 0, "%s", err.text);
	whole = reply_tree(&reply, features, NULL);
	reply_done(&reply);
	request_done(&req);
	return whole;
}

const char *sandbox_status(const json_t *reply)
{
	const json_t *bind = json_array_get(json_object_get(reply, "binds"), 0);

	return json_string_value(json_object_get(bind, "status"));
}

/* Zeroed memory that a child shares. */
static void *shared(size_t size)
{
	void *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert(memory != MAP_FAILED);
	return memory;
}

static void write_for_ever(const char *path, struct tally *tally)
{
	char name[4200];

	for (unsigned n = 0;; n++) {
		int fd = -1;

		(void)snprintf(name, sizeof(name), "%s/written-%u", path, n % 64);
		fd = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0) {
			tally->wins++;
			(void)close(fd);
		}
		tally->tries++;
	}
}

pid_t sandbox_writer(const char *path, bool slave, struct tally **ret)
{
	struct tally *tally = shared(sizeof(*tally));
	int ready[2];
	char byte = 0;
	pid_t pid = 0;

	ck_assert(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		if (slave && (unshare(CLONE_NEWNS) != 0 ||
			      mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) != 0))
			_exit(1);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		write_for_ever(path, tally);
	}
	ck_assert(pid > 0 && read(ready[0], &byte, 1) == 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	*ret = tally;
	return pid;
}

void sandbox_await_try(const struct tally *tally)
{
	for (long seen = tally->tries; tally->tries < seen + 2;)
		(void)usleep(1000);
}

pid_t sandbox_reader(const char *path, double late, volatile long **ret_failures)
{
	volatile long *failures = shared(sizeof(*failures));
	pid_t pid = fork();

	ck_assert(pid >= 0);
	if (pid == 0) {
		struct stat st;

		for (;;) {
			double begun = clock_now();

			*failures += stat(path, &st) != 0 && clock_now() - begun < late;
		}
	}
	*ret_failures = failures;
	return pid;
}

void sandbox_end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

long sandbox_count(const char *path)
{
	DIR *dir = opendir(path);
	long n = -2;

	ck_assert(dir != NULL);
	while (readdir(dir))
		n++;
	(void)closedir(dir);
	return n;
}
