/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/macro.h"

static int by_value(const void *a, const void *b)
{
	const pid_t *x = a;
	const pid_t *y = b;

	return (*x > *y) - (*x < *y);
}

int sys_processes(pid_t **ret, size_t *ret_n)
{
	DIR *proc = opendir("/proc");
	scoped_mem pid_t *pids = NULL;
	size_t n = 0;

	if (!proc)
		return -errno;
	for (const struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
		char *end = NULL;
		long pid = strtol(entry->d_name, &end, 10);

		if (*end != '\0' || pid <= 0)
			continue;
		if (ARRAY_RESERVE(pids, n, 1) < 0) {
			(void)closedir(proc);
			return -ENOMEM;
		}
		pids[n++] = (pid_t)pid;
	}
	(void)closedir(proc);
	if (n == 0)
		return -ENOENT; /* a directory, but nothing is mounted there */
	qsort(pids, n, sizeof(*pids), by_value);
	*ret = STEAL(pids);
	*ret_n = n;
	return 0;
}

int sys_process_namespace(pid_t pid, uint64_t *ret)
{
	char path[48];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	if (stat(path, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int sys_process_text(pid_t pid, const char *name, char **ret)
{
	char path[48];
	size_t size = 0;
	scoped_mem char *text = NULL;
	FILE *file = NULL;
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	errno = 0;
	/* There are no NUL bytes in these files, so this is all of it. */
	if (getdelim(&text, &size, '\0', file) < 0)
		r = errno ? -errno : -ESRCH;
	(void)fclose(file);
	if (r == 0)
		*ret = STEAL(text);
	return r;
}

static int read_cgroup(pid_t pid, const char *own, struct cgroup *ret)
{
	scoped_mem char *text = NULL;
	int r = sys_process_text(pid, "cgroup", &text);

	if (r < 0)
		return r;
	return cgroup_read(text, own, ret) < 0 ? -ENOMEM : 0;
}

int sys_process_cgroup(pid_t pid, struct cgroup *ret)
{
	static struct cgroup own;
	static bool is_known;

	if (!is_known) {
		int r = read_cgroup(getpid(), NULL, &own);

		if (r == -ENOMEM)
			return r;
		is_known = true;
	}
	return read_cgroup(pid, own.container, ret);
}
