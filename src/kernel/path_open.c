/*
 * Paths, within the deadline: from the kernel's cache where that suffices; on a local file
 * system, which waits for nobody, in this process; else by the child. A walk may take half
 * of what is left of the time, so that one unresponsive place, or many, leave some for the
 * other binds; and what was unresponsive once is not asked again.
 */
#include "kernel/path_open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/macro.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/path_walk.h"
#include "kernel/syscalls.h"
#include "mount/fs_kind.h"
#include "mount/mount.h"

#define NO_LINKS         (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
#define UNRESPONSIVE_MAX 32u
#define SECONDS_MIN      0.02

static struct limit {
	double deadline; /* 0: none */
	bool trigger;
} limit;

static struct unresponsive {
	char *paths[UNRESPONSIVE_MAX];
	size_t count; /* how many were ever found; the oldest give way */
	char last[PATH_MAX];
} unresponsive;

void path_set_deadline(double deadline, bool trigger)
{
	limit = (struct limit){deadline, trigger};
}

const char *path_last_obstacle(void)
{
	return unresponsive.last;
}

static void forget_unresponsive(void)
{
	for (size_t i = 0; i < UNRESPONSIVE_MAX; i++)
		free(unresponsive.paths[i]);
	unresponsive = (struct unresponsive){0};
}

void sys_path_done(void)
{
	walk_child_done();
	forget_unresponsive();
}

/* Keep in mind where a walk stood: `length` bytes of `path`. */
static void note_obstacle(const char *path, size_t length, bool is_unresponsive)
{
	char **slot = &unresponsive.paths[unresponsive.count % UNRESPONSIVE_MAX];

	memmove(unresponsive.last, path, length);
	unresponsive.last[length] = '\0';
	if (!is_unresponsive)
		return;
	free(*slot);
	*slot = strdup(unresponsive.last);
	unresponsive.count++;
}

static bool is_unresponsive(const char *path)
{
	for (size_t i = 0; i < UNRESPONSIVE_MAX; i++) {
		if (!unresponsive.paths[i] || !path_rest(path, unresponsive.paths[i]))
			continue;
		note_obstacle(unresponsive.paths[i], strlen(unresponsive.paths[i]), false);
		return true;
	}
	return false;
}

static double seconds_left(void)
{
	double left = (limit.deadline - clock_now()) / 2;

	if (limit.deadline == 0)
		return -1;
	return left < SECONDS_MIN ? SECONDS_MIN : left;
}

/* Have a walk made. Returns said->result, or -ETIMEDOUT or -EREMOTE with the obstacle. */
static int walk(struct worker_request *ask, const char *path, struct worker_reply *said)
{
	struct walk_progress progress = {0};
	int r = 0;

	if (strlen(path) >= sizeof(ask->path))
		return -ENAMETOOLONG;
	if (is_unresponsive(path))
		return -ETIMEDOUT;
	memcpy(ask->path, path, strlen(path) + 1);
	ask->trigger = limit.trigger;
	r = walk_in_child(ask, seconds_left(), said, &progress);
	/* No process or descriptor is left for a child: better without than not at all. */
	if (r == -EAGAIN || r == -EMFILE || r == -ENFILE || r == -ENOMEM) {
		walk_do(ask, said, &progress);
		r = 0;
	}
	r = r < 0 ? r : said->result;
	if (r == -ETIMEDOUT || r == -EREMOTE || r == -EREMOTEIO)
		note_obstacle(progress.path, progress.length, r == -ETIMEDOUT);
	return r;
}

/* ---- local file systems ---- */

static bool is_local(int fd)
{
	static uint64_t known; /* the last one that was; binds have theirs in common */
	struct file_id file_id = {0};
	struct mount m = {0};

	if (sys_stat(fd, &file_id) < 0)
		return false;
	if (!sys_ids_are_unique())
		known = 0;
	if (file_id.mount != known && sys_mount(file_id.mount, false, &m) == 0 &&
	    fs_is_local(m.magic))
		known = file_id.mount;
	return file_id.mount == known;
}

static int open_cached(int dir, const char *path, uint64_t resolve)
{
	int fd = shim_openat2(dir, path, O_PATH | O_CLOEXEC,
			      resolve | NO_LINKS | SHIM_RESOLVE_CACHED);

	return fd < 0 ? -errno : fd;
}

/*
 * Open the longest part of the path that the cache knows, when it is on a local file
 * system. *ret_rest is what is left then. A descriptor, or -EAGAIN.
 */
static int open_local_part(const char *path, const char **ret_rest)
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
		return is_local(fd) ? steal_fd(&fd) : -EAGAIN;
	}
	return -EAGAIN;
}

/* The rest must lie on the same mount, or a unresponsive one may be on the way. */
static int open_locally(const char *path)
{
	const char *rest = NULL;
	scoped_fd int dir = open_local_part(path, &rest);
	int fd = -1;

	if (dir < 0)
		return dir;
	fd = shim_openat2(dir, rest, O_PATH | O_CLOEXEC,
			  NO_LINKS | RESOLVE_BENEATH | RESOLVE_NO_XDEV);
	if (fd < 0)
		return errno == EXDEV ? -EAGAIN : -errno;
	return fd;
}

/* ---- the calls of kernel/kernel.h ---- */

static int open_by_walking(const char *path)
{
	struct worker_request ask = {.op = WALK_OPEN};
	struct worker_reply said;

	return walk(&ask, path, &said);
}

int sys_open(const char *path)
{
	int fd = -1;

	if (!features_found()->cached_walks)
		return open_by_walking(path);
	fd = open_cached(AT_FDCWD, path, 0);
	if (fd == -EAGAIN)
		fd = open_locally(path);
	return fd == -EAGAIN ? open_by_walking(path) : fd;
}

int sys_trigger(const char *path)
{
	return open_by_walking(path);
}

int sys_open_below(int dir, const char *rest)
{
	return open_cached(dir, rest[0] != '\0' ? rest : ".",
			   RESOLVE_BENEATH | RESOLVE_NO_XDEV);
}

int sys_open_within(int dir, const char *rest)
{
	return open_cached(dir, rest[0] != '\0' ? rest : ".", RESOLVE_BENEATH);
}

static int walk_to_text(struct worker_request *ask, const char *path, char **ret)
{
	scoped_mem struct worker_reply *said = malloc(sizeof(*said));
	int r = said ? walk(ask, path, said) : -ENOMEM;

	if (r < 0)
		return r;
	*ret = strdup(said->text);
	return *ret ? 0 : -ENOMEM;
}

int sys_resolve(const char *path, char **ret)
{
	struct worker_request ask = {.op = WALK_RESOLVE};

	return walk_to_text(&ask, path, ret);
}

char *sys_find_symlink(const char *path)
{
	struct worker_request ask = {.op = WALK_FIND_SYMLINK};
	char *link = NULL;

	return walk_to_text(&ask, path, &link) < 0 ? NULL : link;
}

int sys_is_empty(const char *path, bool *ret)
{
	struct worker_request ask = {.op = WALK_IS_EMPTY};
	struct worker_reply said;
	int r = walk(&ask, path, &said);

	*ret = r > 0;
	return r < 0 ? r : 0;
}

int sys_make_place(const char *path, bool directory, size_t *ret_made)
{
	const char *rest = NULL;
	scoped_fd int local = open_local_part(path, &rest);
	struct worker_request ask = {.op = WALK_MAKE, .directory = directory};
	struct worker_reply said = {0};
	int r = 0;

	if (local >= 0)
		return place_make(path, directory, ret_made);
	r = walk(&ask, path, &said);
	*ret_made = said.made;
	return r;
}

void sys_unmake_place(const char *path, bool directory, size_t made)
{
	struct worker_request ask = {.op = WALK_UNMAKE,
				     .directory = directory,
				     .made = made};
	struct worker_reply said;

	(void)!walk(&ask, path, &said);
}
