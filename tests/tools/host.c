/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines of their own, one for each test. Commands come by standard input (lib/commands.h), and
 * a job is
 *
 *   private|shared DIR FOLDER...
 *	New mount and process namespaces, with /proc of these and an empty tmpfs on DIR, whose
 *	mount is private or shared, and on each FOLDER. /etc is one as well, with the few files
 *	in it that programs look for.
 *   beside private|slave|unchanged|confined
 *	Within a machine: a new mount namespace, whose mounts are that; confined: private ones,
 *	in a new user namespace.
 *
 * It serves commands in turn, by its standard input, and ends when that does: process 1 of a
 * machine with all that runs in there by then.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "commands.h"
#include "namespace.h"

/* Users, libraries, and which program a name stands for. */
static const char *const etc_names[] = {
	"group", "ld.so.cache",   "localtime",  "login.defs", "mke2fs.conf",
	"mtab",  "nsswitch.conf", "os-release", "passwd",
};

_Noreturn static void die(const char *what)
{
	(void)fprintf(stderr, "host: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static int copy_text(int from, int to)
{
	char text[65536];
	ssize_t n = 0;

	while ((n = read(from, text, sizeof(text))) > 0) {
		if (write(to, text, (size_t)n) != n)
			return -1;
	}
	return (int)n;
}

static int copy_link(int from, int to, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -1;
	target[n] = '\0';
	return symlinkat(target, to, name);
}

/* Copy a file or a link; what is not there is left out. */
static int copy(int from, int to, const char *name)
{
	scoped_fd int old = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	scoped_fd int new = -1;

	if (old < 0 && errno == ELOOP)
		return copy_link(from, to, name);
	if (old < 0)
		return errno == ENOENT ? 0 : -1;
	new = openat(to, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	return new < 0 ? -1 : copy_text(old, new);
}

/* Have a folder of the old /etc in the new one as well, to be read only; it may be missing. Its
 * hundreds of links would take longer to copy than all the rest. */
static int keep_folder(int from, const char *name, const char *path)
{
	scoped_fd int folder = openat(from, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statvfs mounted;
	unsigned long kept = 0;
	char link[32];

	if (folder < 0)
		return errno == ENOENT ? 0 : -1;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
	if (mkdir(path, 0755) < 0 || mount(link, path, NULL, MS_BIND, NULL) < 0 ||
	    statvfs(path, &mounted) < 0)
		return -1;
	/* These are the same for mount(2), and in a user namespace nobody can do without them. */
	kept = mounted.f_flag &
	       (ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_NOATIME | ST_NODIRATIME);
	return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, NULL);
}

static void mount_tmpfs(const char *path, const char *mode)
{
	if (mount("tmpfs", path, "tmpfs", 0, mode) < 0)
		die(path);
}

static void make_etc(void)
{
	scoped_fd int old = open("/etc", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	scoped_fd int new = -1;

	mount_tmpfs("/etc", "mode=755");
	new = open("/etc", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (old < 0 || new < 0 || keep_folder(old, "alternatives", "/etc/alternatives") < 0)
		die("/etc");
	for (size_t i = 0; i < ARRAY_LEN(etc_names); i++) {
		if (copy(old, new, etc_names[i]) < 0)
			die(etc_names[i]);
	}
	if (close(openat(new, "fstab", O_CREAT | O_WRONLY | O_CLOEXEC, 0644)) < 0)
		die("fstab");
}

static int begin(char *args[]);

/* Process 1 of a machine. */
static int run(char *args[])
{
	unsigned long flag = strcmp(args[0], "shared") == 0 ? MS_SHARED : MS_PRIVATE;

	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		die("/proc");
	make_etc();
	for (char **folder = args + 1; *folder; folder++)
		mount_tmpfs(*folder,
			    strcmp(*folder, "/tmp") == 0 ? "mode=1777" : "mode=755");
	if (mount("none", args[1], NULL, flag, NULL) < 0)
		die(args[1]);
	return commands_serve(STDIN_FILENO, begin) < 0;
}

/* Only the child of who made a process namespace is in it. */
static int begin_machine(char *args[])
{
	pid_t pid = 0;

	if (namespace_unshare(CLONE_NEWNS | CLONE_NEWPID) < 0)
		die("namespaces");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(run(args));
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* A mount namespace made from this one, as of now. */
static int begin_beside(const char *how)
{
	bool is_confined = strcmp(how, "confined") == 0;
	unsigned long flag = strcmp(how, "slave") == 0 ? MS_SLAVE : MS_PRIVATE;

	if (is_confined ? namespace_unshare(CLONE_NEWNS | CLONE_NEWUSER) < 0
			: unshare(CLONE_NEWNS) < 0)
		die("namespaces");
	if (strcmp(how, "unchanged") != 0 &&
	    mount("none", "/", NULL, MS_REC | flag, NULL) < 0)
		die("/");
	return commands_serve(STDIN_FILENO, begin) < 0;
}

static int begin(char *args[])
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (strcmp(args[0], "beside") == 0)
		return begin_beside(args[1]);
	return begin_machine(args);
}

/* As most machines have it: what closes descriptors one by one takes long with more. */
static int limit_descriptors(void)
{
	struct rlimit limit = {0};

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	if (limit.rlim_cur > 1024)
		limit.rlim_cur = 1024;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
	if (limit_descriptors() < 0)
		die("limits");
	return commands_serve(STDIN_FILENO, begin) < 0;
}
