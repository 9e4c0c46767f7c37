/*
 * A machine of its own for one test: host private|shared DIR FOLDER...
 *
 * New mount and process namespaces, with /proc of these and an empty tmpfs on DIR, whose
 * mount is private or shared, and on each FOLDER. /etc is one as well, with the few files
 * in it that programs look for. Then it prints its number, which is 1, and ends, with all
 * that runs in there by then, when its standard input does.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
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

/* Copy the links of a folder, which may be missing. */
static int copy_links(int from, int to, const char *name)
{
	scoped_fd int new = -1;
	DIR *dir = NULL;
	int old = openat(from, name, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	int r = 0;

	if (old < 0)
		return errno == ENOENT ? 0 : -1;
	dir = fdopendir(old);
	if (!dir || mkdirat(to, name, 0755) < 0)
		die(name);
	new = openat(to, name, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	for (struct dirent *entry = readdir(dir); r == 0 && entry; entry = readdir(dir))
		if (entry->d_type == DT_LNK)
			r = copy_link(old, new, entry->d_name);
	(void)closedir(dir);
	return r;
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
	if (old < 0 || new < 0 || copy_links(old, new, "alternatives") < 0)
		die("/etc");
	for (size_t i = 0; i < ARRAY_LEN(etc_names); i++) {
		if (copy(old, new, etc_names[i]) < 0)
			die(etc_names[i]);
	}
	if (close(openat(new, "fstab", O_CREAT | O_WRONLY | O_CLOEXEC, 0644)) < 0)
		die("fstab");
}

/* Process 1: take leave of whoever has lost its parent, until the input ends. */
static void serve(void)
{
	sigset_t set;
	struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
	struct signalfd_siginfo info;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	fds[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	while (fds[0].revents == 0 && (poll(fds, 2, -1) > 0 || errno == EINTR)) {
		if (fds[1].revents && read(fds[1].fd, &info, sizeof(info)) < 0)
			die("signalfd");
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

_Noreturn static void run(char *args[])
{
	unsigned long flag = strcmp(args[0], "shared") == 0 ? MS_SHARED : MS_PRIVATE;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		die("/proc");
	make_etc();
	for (char **folder = args + 1; *folder; folder++)
		mount_tmpfs(*folder,
			    strcmp(*folder, "/tmp") == 0 ? "mode=1777" : "mode=755");
	if (mount("none", args[1], NULL, flag, NULL) < 0)
		die(args[1]);
	(void)printf("%d\n", (int)getpid());
	(void)fflush(stdout);
	serve();
	_exit(0);
}

int main(int argc, char *argv[])
{
	pid_t pid = 0;

	if (argc < 3) {
		(void)fputs("usage: host private|shared DIR FOLDER...\n", stderr);
		return 1;
	}
	if (namespace_unshare(CLONE_NEWNS | CLONE_NEWPID) < 0)
		die("namespaces");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		run(argv + 1);
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}
