/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a path to what it leads to, through no symlink. The kernel's cache answers most
 * walks at once (openat2 with RESOLVE_CACHED); the others are made one component at a time:
 *
 *   openat(dir, name, O_PATH | O_NOFOLLOW)   a symlink is opened itself, and refused
 *   the same with O_DIRECTORY                 where an automount is to be triggered
 */
#include "kernel/path_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "kernel/syscalls.h"
#include "mount/mount.h"

#define NO_LINKS (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/* ---- one component ---- */

/* Where a walk is. */
struct walker {
	int dir;
	uint64_t mount; /* the mount that dir lies on, and whether that is an automount's */
	bool is_autofs;
};

/* Tell whether what was entered is an automount's; -ELOOP for a symlink. */
static int look_around(struct walker *w, int fd)
{
	struct file_id file_id = {0};
	struct mount m = {0};
	int r = sys_stat_walked(fd, &file_id);

	if (r == 0 && (file_id.mode & S_IFMT) == S_IFLNK)
		r = -ELOOP;
	if (r < 0 || file_id.mount == w->mount)
		return r;
	if (!features_found()->view_calls) {
		w->mount = file_id.mount;
		w->is_autofs = sys_table_is_automount(file_id.dev);
		return 0;
	}
	r = sys_mount(file_id.mount, false, &m);
	w->mount = file_id.mount;
	w->is_autofs = r == 0 && m.magic == AUTOFS_SUPER_MAGIC;
	/* A mount that cannot be told of lies beyond our root directory: no matter. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}

/*
 * Whether something is mounted at the first `length` bytes of the path, in the automount, or
 * below: then the kernel asks for nothing more there, see autofs_d_automount().
 */
static bool is_mounted_on(const struct walker *w, const char *path, size_t length)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	bool found = false;

	if (sys_mounts_below(w->mount, &ids, &n) < 0)
		return false;
	for (size_t i = 0; i < n && !found; i++) {
		struct mount m = {0};

		found = sys_mount(ids[i], true, &m) == 0 &&
			strncmp(m.point, path, length) == 0 &&
			(m.point[length] == '\0' || m.point[length] == '/');
		mount_done(&m);
	}
	return found;
}

/* Into what is mounted already, but no further. */
static int open_triggered(const struct walker *w, const char *name, const char *path,
			  size_t length)
{
	int fd = -1;

	if (features_found()->cached_walks)
		fd = shim_openat2(w->dir, name, O_PATH | O_CLOEXEC,
				  NO_LINKS | SHIM_RESOLVE_CACHED);
	if (fd < 0 && is_mounted_on(w, path, length))
		fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -EREMOTE : fd;
}

static int open_name(const struct walker *w, const char *name)
{
	int fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* `length` is that of the path up to the end of the name. */
static int enter(struct walker *w, const char *name, const char *path, size_t length,
		 enum walk_trigger trigger, struct walk_progress *progress)
{
	bool is_opened = trigger == TRIGGER_ALL ||
			 (trigger == TRIGGER_ABOVE && path[length] != '\0');
	bool may_look = trigger != TRIGGER_NONE || !w->is_autofs;
	scoped_fd int fd =
		may_look ? open_name(w, name) : open_triggered(w, name, path, length);
	int r = fd < 0 ? fd : look_around(w, fd);

	if (r == 0 && is_opened && w->is_autofs) {
		progress->length = length;
		(void)close(fd);
		fd = openat(w->dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 ? -EREMOTEIO : look_around(w, fd);
	}
	if (r < 0)
		return r;
	(void)close(w->dir);
	w->dir = steal_fd(&fd);
	return 0;
}

static bool is_directory(int fd)
{
	struct file_id file_id = {0};

	return sys_stat_walked(fd, &file_id) == 0 && S_ISDIR(file_id.mode);
}

static int walk_all(struct walker *w, const char *path, enum walk_trigger trigger,
		    struct walk_progress *progress)
{
	int r = 0;

	for (const char *at = path + 1; r == 0 && *at != '\0';) {
		size_t n = strcspn(at, "/");
		char name[NAME_MAX + 1];

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, at, n);
		name[n] = '\0';
		/* What may be unresponsive is the directory that is asked for the name. */
		progress->length = at - path > 1 ? (size_t)(at - path - 1) : 1;
		/* From a symlink: see links_resolve(). Paths of a request have none. */
		if (n == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return is_directory(w->dir) ? -ELOOP : -ENOTDIR;
		r = enter(w, name, path, (size_t)(at - path) + n, trigger, progress);
		at += n + (at[n] == '/');
		if (r == 0 && at[0] == '\0' && at[-1] == '/' && !is_directory(w->dir))
			r = -ENOTDIR;
	}
	return r;
}

int walk_open(const char *path, enum walk_trigger trigger, struct walk_progress *progress)
{
	struct walker w = {.dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)};
	int r = w.dir < 0 ? -errno : 0;

	if (strlen(path) >= sizeof(progress->path))
		r = -ENAMETOOLONG;
	if (r == 0) {
		memcpy(progress->path, path, strlen(path) + 1);
		r = walk_all(&w, path, trigger, progress);
	}

	if (r == 0)
		return w.dir;
	if (w.dir >= 0)
		(void)close(w.dir);
	return r;
}

int walk_here(const char *path)
{
	struct walk_progress unread = {0};

	return walk_open(path, TRIGGER_ALL, &unread);
}
