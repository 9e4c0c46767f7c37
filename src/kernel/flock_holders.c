/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/flock_holders.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "kernel/process.h"

/* Whether a descriptor's fdinfo tells of such a lock. */
static bool has_flock(const char *info, ino_t inode)
{
	unsigned long long number = 0;

	for (const char *line = strstr(info, "lock:"); line;
	     line = strstr(line + 1, "lock:"))
		if (sscanf(line, "lock: %*d: FLOCK %*s %*s %*d %*x:%*x:%llu", &number) ==
			    1 &&
		    number == inode)
			return true;
	return false;
}

/* The devices of locks say nothing: on btrfs they are not those of their files. */
static bool is_file(pid_t pid, const char *number, const struct stat *file)
{
	char path[48];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", (int)pid, number);
	return stat(path, &st) == 0 && st.st_dev == file->st_dev &&
	       st.st_ino == file->st_ino;
}

static bool holds(pid_t pid, const struct stat *file)
{
	char path[32];
	DIR *dir = NULL;
	bool found = false;

	(void)snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)pid);
	dir = opendir(path);
	if (!dir)
		return false;
	for (const struct dirent *entry = readdir(dir); entry && !found;
	     entry = readdir(dir)) {
		scoped_mem char *info = NULL;
		char name[32];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "fdinfo/%.16s", entry->d_name);
		found = sys_process_text(pid, name, &info) == 0 &&
			has_flock(info, file->st_ino) && is_file(pid, entry->d_name, file);
	}
	(void)closedir(dir);
	return found;
}

/* Really, effectively, as saved and for files: a program with set-user-ID is not. */
static bool is_entitled(pid_t pid, uid_t owner)
{
	scoped_mem char *text = NULL;
	const char *ids = NULL;
	uid_t id[4];

	if (sys_process_text(pid, "status", &text) < 0)
		return false;
	ids = strstr(text, "\nUid:");
	if (!ids || sscanf(ids, "\nUid: %u %u %u %u", &id[0], &id[1], &id[2], &id[3]) != 4)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(id); i++) {
		if (id[i] != 0 && id[i] != owner)
			return false;
	}
	return true;
}

int sys_flock_holders(int fd, struct flock_holders *ret)
{
	scoped_mem pid_t *pids = NULL;
	size_t n = 0;
	struct stat file;
	int r = fstat(fd, &file) < 0 ? -errno : sys_processes(&pids, &n);

	*ret = (struct flock_holders){0};
	for (size_t i = 0; r == 0 && i < n && ret->entitled == 0; i++) {
		if (!holds(pids[i], &file))
			continue;
		if (is_entitled(pids[i], file.st_uid))
			ret->entitled = pids[i];
		else
			ret->others = true;
	}
	return r;
}
