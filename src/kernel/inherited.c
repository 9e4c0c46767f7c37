/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/inherited.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macro.h"
#include "kernel/syscalls.h"

static void take_standard_descriptors(void)
{
	/* Read-only on purpose: writing a reply to a standard output that is closed fails. */
	for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;) {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd < 0) /* in a chroot, perhaps */
			fd = open("/", O_PATH | O_CLOEXEC);
		if (fd > STDERR_FILENO)
			(void)close(fd);
	}
}

/* The soft limit alone: a hard one is somebody's decision, also for root. */
static void raise_limit(int resource, rlim_t enough)
{
	struct rlimit limit = {0};

	if (getrlimit(resource, &limit) < 0 || limit.rlim_cur >= enough)
		return;
	limit.rlim_cur = limit.rlim_max < enough ? limit.rlim_max : enough;
	(void)setrlimit(resource, &limit);
}

void sys_reset_inherited(void)
{
	/* clang-format off */
	static const struct { int resource; rlim_t enough; } limits[] = {
		{ RLIMIT_NOFILE, 1024 },
		{ RLIMIT_FSIZE,  RLIM_INFINITY },
		{ RLIMIT_AS,     RLIM_INFINITY },
		{ RLIMIT_DATA,   RLIM_INFINITY },
		{ RLIMIT_STACK,  (rlim_t)8 << 20 },
		{ RLIMIT_CPU,    RLIM_INFINITY },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		raise_limit(limits[i].resource, limits[i].enough);
	(void)signal(SIGCHLD, SIG_DFL);
	/* A reader who went away is an error of write(2), so that the exit status tells. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* The same for a file that must not grow: standard output, or the lock's. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)umask(022);
	take_standard_descriptors();
}

/* Until Linux 5.9, or where a filter hides the call. Those that are not listed stay open. */
static void close_listed(void)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry = NULL;

	while (dir && (entry = readdir(dir))) {
		int fd = (int)strtol(entry->d_name, NULL, 10); /* 0 for "." */

		if (fd > STDERR_FILENO && fd != dirfd(dir))
			(void)close(fd);
	}
	if (dir)
		(void)closedir(dir);
}

void sys_close_inherited(void)
{
	if (shim_close_range(STDERR_FILENO + 1, ~0u) < 0)
		close_listed();
}
