/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths, within the deadline: from the kernel's cache where that suffices; on a local file
 * system, which waits for nobody, in this process; else by the child (path_limit.c).
 */
#include "kernel/path_open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/path_limit.h"
#include "kernel/path_walk.h"
#include "kernel/syscalls.h"
#include "mount/fs_kind.h"
#include "mount/mount.h"

#define NO_LINKS (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/* ---- local file systems ---- */

bool sys_is_local_mount(uint64_t id)
{
	static uint64_t known; /* the last one that was; binds have theirs in common */
	struct mount m = {0};

	if (!sys_ids_are_unique())
		known = 0;
	if (id != known && sys_mount(id, false, &m) == 0 && fs_is_local(m.magic))
		known = id;
	return id == known;
}

bool sys_is_local(int fd)
{
	struct file_id file_id = {0};

	return sys_stat(fd, &file_id) == 0 && sys_is_local_mount(file_id.mount);
}

static int open_cached(int dir, const char *path, uint64_t resolve)
{
	int fd = shim_openat2(dir, path, O_PATH | O_CLOEXEC,
			      resolve | NO_LINKS | SHIM_RESOLVE_CACHED);

	return fd < 0 ? -errno : fd;
}

int path_open_local_part(const char *path, const char **ret_rest)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof(part) || !features_found()->cached_walks)
		return -EAGAIN;
	memcpy(part, path, n + 1);
	while (n > 1) {
		scoped_fd int fd = -1;

		while (part[--n] != '/')
			;
		part[n > 0 ? n : 1] = '\0';
		fd = open_cached(AT_FDCWD, part, 0);
		if (fd < 0)
			continue;
		*ret_rest = path + n + 1;
		return sys_is_local(fd) ? steal_fd(&fd) : -EAGAIN;
	}
	return -EAGAIN;
}

static int open_within_mount(int dir, const char *rest)
{
	int fd = shim_openat2(dir, rest, O_PATH | O_CLOEXEC,
			      NO_LINKS | RESOLVE_BENEATH | RESOLVE_NO_XDEV);

	return fd < 0 ? -errno : fd;
}

/* The rest must lie on the same mount, or a unresponsive one may be on the way. */
static int open_locally(const char *path)
{
	const char *rest = NULL;
	scoped_fd int dir = path_open_local_part(path, &rest);
	int fd = dir < 0 ? dir : open_within_mount(dir, rest);

	return fd == -EXDEV ? -EAGAIN : fd;
}

/* ---- the calls of kernel/kernel.h ---- */

static int open_by_walking(const char *path, bool triggers_end)
{
	struct worker_request ask = {.op = WALK_OPEN, .triggers_end = triggers_end};
	struct worker_reply said;

	return path_walk_limited(&ask, path, &said);
}

int sys_open(const char *path)
{
	int fd = -1;

	if (!features_found()->cached_walks)
		return open_by_walking(path, false);
	fd = open_cached(AT_FDCWD, path, 0);
	if (fd == -EAGAIN)
		fd = open_locally(path);
	return fd == -EAGAIN ? open_by_walking(path, false) : fd;
}

int sys_trigger(const char *path)
{
	return open_by_walking(path, true);
}

int sys_open_below(int dir, const char *rest)
{
	return open_cached(dir, rest[0] != '\0' ? rest : ".",
			   RESOLVE_BENEATH | RESOLVE_NO_XDEV);
}

int sys_open_within(int dir, const char *rest, bool is_local)
{
	const char *path = rest[0] != '\0' ? rest : ".";
	int fd = open_cached(dir, path, RESOLVE_BENEATH);

	if (fd == -EAGAIN && is_local)
		fd = open_within_mount(dir, path);
	return fd == -EXDEV ? -EAGAIN : fd;
}

typedef int path_walk(struct worker_request *ask, const char *path,
		      struct worker_reply *said);

static int walk_to_text(path_walk *walk, struct worker_request *ask, const char *path,
			char **ret)
{
	scoped_mem struct worker_reply *said = malloc(sizeof(*said));
	int r = said ? walk(ask, path, said) : -ENOMEM;

	if (r < 0)
		return r;
	*ret = strdup(said->text);
	return *ret ? 0 : -ENOMEM;
}

/*
 * No symlink is on the way from a local directory, or to what is there of it; false: one
 * may be.
 */
static bool is_without_links_below(int dir, const char *rest)
{
	scoped_fd int fd = open_cached(dir, rest, RESOLVE_BENEATH | RESOLVE_NO_XDEV);

	if (fd == -EAGAIN)
		fd = open_within_mount(dir, rest);
	/* What is mounted there is no symlink, and not asked: it may be unresponsive. */
	return fd >= 0 || fd == -ENOENT || (fd == -EXDEV && !strchr(rest, '/'));
}

static bool is_without_links(const char *path)
{
	const char *rest = NULL;
	/* Dots have to be resolved, too. */
	scoped_fd int dir =
		strstr(path, "/.") ? -EAGAIN : path_open_local_part(path, &rest);

	return dir >= 0 && is_without_links_below(dir, rest);
}

int sys_resolve(const char *path, char **ret)
{
	struct worker_request ask = {.op = WALK_RESOLVE};

	if (!is_without_links(path))
		return walk_to_text(path_walk_limited, &ask, path, ret);
	*ret = strdup(path);
	return *ret ? 0 : -ENOMEM;
}

/* ---- where the paths of others lead to ---- */

void place_finder_done(struct place_finder *finder)
{
	if (finder->dir >= 0)
		(void)close(finder->dir);
	free(finder->parent);
	free(finder->real);
	*finder = (struct place_finder)PLACE_FINDER_INIT;
}

/* As sys_find_place(), by walking. What a symlink names may yet be made, by its name. */
static int walk_to_place(const char *path, char **ret)
{
	struct worker_request ask = {.op = WALK_RESOLVE, .dangles = true};
	scoped_mem char *place = NULL;
	int r = walk_to_text(path_walk_briefly, &ask, path, &place);

	if (r == 0 && strcmp(place, path) != 0)
		*ret = STEAL(place);
	return r == -ENOMEM ? r : 0;
}

/* Open the first `length` bytes of the path, unless it is open already. 0 or -ENOMEM. */
static int enter_parent(struct place_finder *finder, const char *path, size_t length)
{
	int r = 0;

	if (finder->parent && strncmp(finder->parent, path, length) == 0 &&
	    finder->parent[length] == '\0')
		return 0;
	place_finder_done(finder);
	finder->parent = strndup(path, length);
	if (!finder->parent)
		return -ENOMEM;
	finder->dir = open_cached(AT_FDCWD, finder->parent, 0);
	if (finder->dir == -ELOOP)
		r = walk_to_place(finder->parent, &finder->real);
	if (finder->real)
		finder->dir = open_cached(AT_FDCWD, finder->real, 0);
	if (finder->dir < 0 || sys_is_local(finder->dir))
		return r;
	(void)close(finder->dir);
	finder->dir = -1;
	return r;
}

int sys_find_place(struct place_finder *finder, const char *path, char **ret)
{
	const char *name = strrchr(path, '/') + 1;
	size_t length = name - path > 1 ? (size_t)(name - path) - 1 : 1;

	*ret = NULL;
	if (strcmp(path, "/") == 0)
		return 0;
	if (strstr(path, "/.") || !features_found()->cached_walks)
		return walk_to_place(path, ret);
	if (enter_parent(finder, path, length) < 0)
		return -ENOMEM;
	if (finder->dir < 0 || !is_without_links_below(finder->dir, name))
		return is_without_links(path) ? 0 : walk_to_place(path, ret);
	if (!finder->real)
		return 0;
	*ret = path_join(finder->real, name);
	return *ret ? 0 : -ENOMEM;
}

char *sys_find_symlink(const char *path)
{
	struct worker_request ask = {.op = WALK_FIND_SYMLINK};
	char *link = NULL;

	return walk_to_text(path_walk_limited, &ask, path, &link) < 0 ? NULL : link;
}

bool sys_is_automount(const char *path)
{
	scoped_fd int fd = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == AUTOFS_SUPER_MAGIC;
}
