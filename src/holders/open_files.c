/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/open_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/mountinfo.h"
#include "kernel/path_open.h"
#include "kernel/process_files.h"

/* ---- numbers of mounts ---- */

int ids_add(struct ids *ids, const struct mount_list *list)
{
	if (list->count > 0 && ARRAY_RESERVE(ids->items, ids->count, list->count) < 0)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		ids->items[ids->count++] = list->items[i].id;
	return 0;
}

void ids_sort(struct ids *ids)
{
	if (ids->count > 1)
		qsort(ids->items, ids->count, sizeof(*ids->items), array_by_uint64);
}

static bool ids_has(const struct ids *ids, uint64_t id)
{
	return ids->count > 0 &&
	       bsearch(&id, ids->items, ids->count, sizeof(id), array_by_uint64);
}

void ids_done(struct ids *ids)
{
	free(ids->items);
	*ids = (struct ids){0};
}

/* ---- one open file ---- */

/* What is held, through a mount that is nowhere any more. */
struct held_file {
	pid_t pid;
	int fd;
	struct file_id file_id;
	const struct open_file *open_file; /* how */
	char *path; /* from the root of that mount, shorter than PATH_MAX */
};

/* What has this name below the source of a bind, if it is on the source's device. */
static int look_in_source(const struct bind_location *location, const char *rest,
			  struct file_id *ret)
{
	scoped_mem char *path = path_join(location->source, rest);
	scoped_fd int fd = path ? sys_open(path) : -ENOMEM;

	if (fd < 0 || sys_stat(fd, ret) < 0 || ret->dev != location->dev)
		return -1;
	return 0;
}

/* True when the path leads to the same file below the source of this bind as well. */
static bool is_in_source(const struct bind_location *location, const struct held_file *file)
{
	struct file_id file_id = {0};

	return look_in_source(location, path_rest(file->path, "/"), &file_id) == 0 &&
	       file_id.ino == file->file_id.ino;
}

/* True when it had that name, was deleted, and its directory is one of the source's. */
static bool was_in_source(const struct bind_location *location,
			  const struct held_file *file)
{
	static const char mark[] = " (deleted)";
	char above[PATH_MAX];
	size_t n = (size_t)snprintf(above, sizeof(above), "%s", path_rest(file->path, "/"));
	struct file_id file_id = {0};

	if (n < sizeof(mark) || strcmp(above + n - (sizeof(mark) - 1), mark) != 0)
		return false;
	above[strrchr(above, '/') ? strrchr(above, '/') - above : 0] = '\0';
	return look_in_source(location, above, &file_id) == 0;
}

/*
 * What lies on "/" need not be held by way of a bind. A new mount namespace takes along the
 * root and working directory of whoever makes it to its own copy of "/", and container
 * runtimes detach that; and who is confined by chroot(2) does not see what his files are
 * mounted on.
 */
static bool is_held_without_bind(const struct held_file *file)
{
	static const struct open_file root = {.name = "root"};
	scoped_mem char *path = NULL;

	if (strcmp(file->open_file->name, "cwd") == 0 ||
	    strcmp(file->open_file->name, "root") == 0)
		return true;
	return sys_open_file_path(file->pid, &root, &path) < 0 || strcmp(path, "/") != 0;
}

static int add(const struct writers *writers, const struct bind_location *location,
	       const struct held_file *file)
{
	scoped_mem char *path = path_join(location->target, path_rest(file->path, "/"));

	if (strcmp(location->source, "/") == 0 && is_held_without_bind(file))
		return 0;
	return path ? holders_add(writers->found, location->bind, file->pid, WHY_WRITER,
				  path)
		    : -1;
}

/* A file's mount cannot be asked for its root, so that each source here is tried. */
static int check_file(const struct writers *writers, const struct held_file *file)
{
	const struct location_index *index = writers->index;
	int r = 0;

	for (size_t i = location_source(index, file->file_id.dev, 0);
	     r == 0 && i < index->n_sources && index->sources[i].dev == file->file_id.dev;
	     i++) {
		if (is_in_source(index->sources[i].location, file) ||
		    was_in_source(index->sources[i].location, file))
			r = add(writers, index->sources[i].location, file);
	}
	return r;
}

/* A directory can be climbed from, up to the root of its mount: that is the source, or not. */
static int check_directory(const struct writers *writers, const struct held_file *file)
{
	const struct location_index *index = writers->index;
	scoped_fd int root = -1;
	struct file_id file_id = {0};
	int r = 0;

	if (sys_is_writable(file->fd) != 1)
		return 0;
	root = sys_climb(file->fd, path_depth(file->path));
	if (root < 0 || sys_stat(root, &file_id) < 0)
		return 0;
	for (size_t i = location_source(index, file_id.dev, file_id.ino);
	     r == 0 && i < index->n_sources && index->sources[i].dev == file_id.dev &&
	     index->sources[i].ino == file_id.ino;
	     i++)
		r = add(writers, index->sources[i].location, file);
	return r;
}

static bool is_on_a_source(const struct location_index *index, uint64_t dev)
{
	size_t i = location_source(index, dev, 0);

	return i < index->n_sources && index->sources[i].dev == dev;
}

/* Looking at one process. */
struct visit {
	const struct writers *writers;
	uint64_t nowhere; /* the last mount that was looked for in vain */
};

/*
 * A namespace may be younger than our list, and a process may see more of it than the one
 * that told us: ask the process itself.
 */
static bool is_mounted(struct visit *visit, pid_t pid, uint64_t mount)
{
	struct mount_list theirs = {0};
	bool is_there = false;

	if (mount == visit->nowhere)
		return false;
	/* Whose root directory lies on such a mount has none at all. */
	if (sys_process_mounts(pid, &theirs) < 0)
		return false;
	for (size_t i = 0; i < theirs.count; i++)
		is_there |= theirs.items[i].id == mount;
	mount_list_done(&theirs);
	if (!is_there)
		visit->nowhere = mount;
	return is_there;
}

static int check_open_file(void *context, pid_t pid, const struct open_file *open_file)
{
	struct visit *visit = context;
	const struct writers *writers = visit->writers;
	struct held_file file = {.pid = pid, .open_file = open_file};
	scoped_fd int fd = -1;
	scoped_mem char *path = NULL;

	if (ids_has(writers->ids, open_file->mount))
		return 0;
	fd = sys_open_file_open(pid, open_file);
	if (fd < 0 || sys_stat(fd, &file.file_id) < 0 ||
	    !is_on_a_source(writers->index, file.file_id.dev) ||
	    is_mounted(visit, pid, open_file->mount) ||
	    sys_open_file_path(pid, open_file, &path) < 0 || path[0] != '/')
		return 0;
	file.fd = fd;
	file.path = path;
	if (S_ISDIR(file.file_id.mode))
		return check_directory(writers, &file);
	return S_ISREG(file.file_id.mode) && open_file->is_written
		       ? check_file(writers, &file)
		       : 0;
}

int writers_look(const struct writers *writers, pid_t pid)
{
	struct visit visit = {.writers = writers};

	return sys_process_open_files(pid, check_open_file, &visit);
}
