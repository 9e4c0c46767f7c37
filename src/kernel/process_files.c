/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which mount a file is held through is told by fdinfo, for descriptors by the process's
 * own and for all else by ours of an O_PATH descriptor: neither asks the file system
 * anything.
 */
#include "kernel/process_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/fd.h"

static void path_of(pid_t pid, const struct open_file *file, char *path, size_t size)
{
	(void)snprintf(path, size, "/proc/%d/%s", (int)pid, file->name);
}

int sys_open_file_open(pid_t pid, const struct open_file *file)
{
	char path[96];
	int fd = -1;

	path_of(pid, file, path, sizeof(path));
	fd = open(path, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int sys_open_file_path(pid_t pid, const struct open_file *file, char **ret)
{
	char path[96];
	char text[PATH_MAX];
	ssize_t n = 0;

	path_of(pid, file, path, sizeof(path));
	n = readlink(path, text, sizeof(text));
	if (n < 0 || n == (ssize_t)sizeof(text))
		return n < 0 ? -errno : -ENAMETOOLONG;
	*ret = strndup(text, (size_t)n);
	return *ret ? 0 : -ENOMEM;
}

int sys_is_writable(int fd)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -errno;
	return (st.f_flags & ST_RDONLY) == 0;
}

int sys_climb(int fd, size_t steps)
{
	scoped_fd int at = openat(fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	while (at >= 0 && steps-- > 0) {
		int above = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		(void)close(at);
		at = above;
	}
	return at < 0 ? -errno : steal_fd(&at);
}

/* ---- one process ---- */

static void set_info(struct open_file *file, struct fd_info info)
{
	file->mount = info.mount;
	file->is_written =
		(info.flags & O_PATH) == 0 && (info.flags & O_ACCMODE) != O_RDONLY;
}

/* A link whose mount only a descriptor of our own can tell. */
static int read_link(pid_t pid, struct open_file *file)
{
	scoped_fd int fd = sys_open_file_open(pid, file);
	struct fd_info info = {0};
	int r = fd < 0 ? fd : sys_fd_info(fd, &info);

	if (r == 0)
		set_info(file, info);
	return r;
}

static int places(pid_t pid, open_file_visitor *each, void *context)
{
	struct open_file files[] = {{.name = "cwd"}, {.name = "root"}};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_LEN(files); i++) {
		if (read_link(pid, &files[i]) == 0)
			r = each(context, pid, &files[i]);
	}
	return r;
}

/* Sockets, pipes and the like show no path. */
static bool has_path(int dir, const char *name)
{
	char first = '\0';

	return readlinkat(dir, name, &first, 1) == 1 && first == '/';
}

static int descriptors(pid_t pid, open_file_visitor *each, void *context)
{
	char path[48];
	scoped_fd int info = -1;
	DIR *dir = NULL;
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)pid);
	info = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = info < 0 ? NULL : opendir(path);
	if (!dir)
		return 0;
	for (const struct dirent *entry = readdir(dir); r >= 0 && entry;
	     entry = readdir(dir)) {
		struct open_file file = {0};
		struct fd_info fields = {0};

		if (entry->d_name[0] == '.' || !has_path(dirfd(dir), entry->d_name))
			continue;
		(void)snprintf(file.name, sizeof(file.name), "fd/%.40s", entry->d_name);
		if (sys_read_fdinfo(info, entry->d_name, &fields) < 0)
			continue;
		set_info(&file, fields);
		r = each(context, pid, &file);
	}
	(void)closedir(dir);
	return r;
}

/*
 * The line of a shared map, as `START-END rw-s ...`. Whether its file was opened for
 * writing is told by the mode of its link, and it may be written again later whatever `rw`
 * says now.
 */
static bool read_map(pid_t pid, const char *line, struct open_file *file)
{
	char *rest = NULL;
	unsigned long long start = strtoull(line, &rest, 16);
	unsigned long long end = *rest == '-' ? strtoull(rest + 1, &rest, 16) : 0;
	char path[96];
	struct stat st;

	if (end == 0 || strlen(rest) < 5 || rest[4] != 's')
		return false;
	*file = (struct open_file){0};
	(void)snprintf(file->name, sizeof(file->name), "map_files/%llx-%llx", start, end);
	path_of(pid, file, path, sizeof(path));
	if (lstat(path, &st) < 0 || read_link(pid, file) < 0)
		return false;
	file->is_written = (st.st_mode & S_IWUSR) != 0;
	return true;
}

static int maps(pid_t pid, open_file_visitor *each, void *context)
{
	char path[48];
	size_t size = 0;
	scoped_mem char *line = NULL;
	FILE *text = NULL;
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	text = fopen(path, "re");
	if (!text)
		return 0;
	while (r >= 0 && getline(&line, &size, text) > 0) {
		struct open_file file;

		if (read_map(pid, line, &file))
			r = each(context, pid, &file);
	}
	(void)fclose(text);
	return r;
}

int sys_process_open_files(pid_t pid, open_file_visitor *each, void *context)
{
	int r = places(pid, each, context);

	if (r >= 0)
		r = descriptors(pid, each, context);
	if (r >= 0)
		r = maps(pid, each, context);
	return r < 0 ? r : 0;
}
