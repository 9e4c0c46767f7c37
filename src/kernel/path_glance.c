/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/path_glance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/path_open.h"
#include "kernel/path_walk.h"

#define DIRECTORIES 8u
#define MISSED      4u /* a bind has up to three paths */

struct directory {
	char *path; /* NULL: there is none */
	int fd;     /* -1: it is not to be looked in */
	struct file_id file_id;
};

static struct glances {
	struct directory kept[DIRECTORIES];
	size_t n_kept; /* how many were ever kept; the oldest give way */
	size_t last;   /* the one that was looked in last */
	char *missed
		[MISSED]; /* the directories of the last paths that are in none of them */
	size_t n_missed;
	bool is_begun;
	bool is_doubtful; /* one that gave way was another by then */
} glances;

static bool is_of(const char *directory, const char *path, size_t length)
{
	return directory && strncmp(directory, path, length) == 0 &&
	       directory[length] == '\0';
}

static bool is_still_there(const struct directory *d)
{
	scoped_fd int fd = d->fd < 0 ? -1 : sys_open(d->path);
	struct file_id now = {0};

	if (d->fd < 0)
		return true;
	return fd >= 0 && sys_stat(fd, &now) == 0 && now.mount == d->file_id.mount &&
	       now.dev == d->file_id.dev && now.ino == d->file_id.ino;
}

static void drop(struct directory *d)
{
	if (!d->path)
		return;
	if (d->fd >= 0)
		(void)close(d->fd);
	free(d->path);
	*d = (struct directory){0};
}

/* The directory of a path, where it is on a local file system and through no symlink. */
static int open_directory(const char *path, size_t length, struct directory *ret)
{
	const char *rest = NULL;
	scoped_fd int fd = path_open_local_part(path, &rest);
	struct directory d = {.path = strndup(path, length), .fd = -1};

	if (!d.path)
		return -1;
	if (fd >= 0 && !strchr(rest, '/') && sys_stat(fd, &d.file_id) == 0)
		d.fd = steal_fd(&fd);
	*ret = d;
	return 0;
}

/* One path alone is opened for less. */
static bool is_second(const char *path, size_t length)
{
	char **slot = &glances.missed[glances.n_missed % MISSED];

	for (size_t i = 0; i < MISSED; i++) {
		if (is_of(glances.missed[i], path, length))
			return true;
	}
	free(*slot);
	*slot = strndup(path, length);
	glances.n_missed++;
	return false;
}

static const struct directory *keep(const char *path, size_t length)
{
	struct directory *d = &glances.kept[glances.n_kept % DIRECTORIES];
	struct directory made = {0};

	if (!is_second(path, length) || open_directory(path, length, &made) < 0)
		return NULL;
	glances.is_doubtful |= d->path && !is_still_there(d);
	drop(d);
	*d = made;
	glances.last = glances.n_kept++ % DIRECTORIES;
	return d;
}

static const struct directory *find(const char *path, size_t length)
{
	for (size_t i = 0; i < DIRECTORIES; i++) {
		size_t n = (glances.last + i) % DIRECTORIES;

		if (is_of(glances.kept[n].path, path, length)) {
			glances.last = n;
			return &glances.kept[n];
		}
	}
	return NULL;
}

int sys_glance(const char *path, struct file_id *ret)
{
	const char *slash = strrchr(path, '/');
	size_t length = (size_t)(slash - path);
	const struct directory *d = NULL;
	int r = 0;

	if (!glances.is_begun || length == 0)
		return -EAGAIN;
	d = find(path, length);
	if (!d)
		d = keep(path, length);
	r = d && d->fd >= 0 ? sys_stat_name(d->fd, slash + 1, ret) : -EAGAIN;
	if (r == 0 && S_ISLNK(ret->mode))
		r = -EAGAIN;
	return r == 0 || r == -ENOENT ? r : -EAGAIN;
}

int sys_glance_directory(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	const struct directory *d = find(path, (size_t)(slash - path));

	*ret_name = slash + 1;
	return d ? d->fd : -1;
}

void sys_glance_leave(const char *path)
{
	for (size_t i = 0; i < DIRECTORIES; i++) {
		struct directory *d = &glances.kept[i];

		if (!d->path || !path_rest(d->path, path))
			continue;
		glances.is_doubtful |= !is_still_there(d);
		drop(d);
	}
}

void sys_glance_begin(void)
{
	sys_glance_done();
	glances.is_begun = features_found()->view_calls && features_found()->cached_walks;
}

bool sys_glance_is_begun(void)
{
	return glances.is_begun;
}

bool sys_glance_is_true(void)
{
	for (size_t i = 0; i < DIRECTORIES; i++) {
		const struct directory *d = &glances.kept[i];

		if (d->path && !is_still_there(d))
			return false;
	}
	return !glances.is_doubtful;
}

void sys_glance_done(void)
{
	for (size_t i = 0; i < DIRECTORIES; i++)
		drop(&glances.kept[i]);
	for (size_t i = 0; i < MISSED; i++)
		free(glances.missed[i]);
	glances = (struct glances){0};
}
