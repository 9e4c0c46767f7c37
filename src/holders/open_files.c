#include "holders/open_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

/* ---- numbers of mounts ---- */

int ids_add(struct ids *ids, const struct mount_list *list)
{
	if (ids->count + list->count > ids->room) {
		size_t room = 2 * (ids->count + list->count);
		uint64_t *more = reallocarray(ids->items, room, sizeof(*more));

		if (!more)
			return -1;
		ids->items = more;
		ids->room = room;
	}
	for (size_t i = 0; i < list->count; i++)
		ids->items[ids->count++] = list->items[i].id;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

void ids_sort(struct ids *ids)
{
	if (ids->count > 1)
		qsort(ids->items, ids->count, sizeof(*ids->items), by_value);
}

bool ids_has(const struct ids *ids, uint64_t id)
{
	return ids->count > 0 && bsearch(&id, ids->items, ids->count, sizeof(id), by_value);
}

void ids_done(struct ids *ids)
{
	free(ids->items);
	*ids = (struct ids){0};
}

/* ---- one grip ---- */

/* What is held, through a mount that is nowhere any more. */
struct find {
	pid_t pid;
	int fd;
	struct node node;
	char *path; /* from the root of that mount, shorter than PATH_MAX */
};

/* What has this name below the source of a bind, if it is on the source's device. */
static int look_in_source(const struct held *held, const char *rest, struct node *ret)
{
	scoped_mem char *path = path_join(held->source, rest);
	scoped_fd int fd = path ? sys_open(path) : -ENOMEM;

	if (fd < 0 || sys_stat(fd, ret) < 0 || ret->dev != held->dev)
		return -1;
	return 0;
}

/* True when the path leads to the same file below the source of this bind as well. */
static bool is_in_source(const struct held *held, const struct find *find)
{
	struct node node = {0};

	return look_in_source(held, path_rest(find->path, "/"), &node) == 0 &&
	       node.ino == find->node.ino;
}

/* True when it had that name, was deleted, and its directory is one of the source's. */
static bool was_in_source(const struct held *held, const struct find *find)
{
	static const char mark[] = " (deleted)";
	char above[PATH_MAX];
	size_t n = (size_t)snprintf(above, sizeof(above), "%s", path_rest(find->path, "/"));
	struct node node = {0};

	if (n < sizeof(mark) || strcmp(above + n - (sizeof(mark) - 1), mark) != 0)
		return false;
	above[strrchr(above, '/') ? strrchr(above, '/') - above : 0] = '\0';
	return look_in_source(held, above, &node) == 0;
}

static int add(const struct writers *writers, const struct held *held,
	       const struct find *find)
{
	scoped_mem char *path = path_join(held->target, path_rest(find->path, "/"));

	return path ? holders_add(writers->found, held->bind, find->pid, WHY_WRITER, path)
		    : -1;
}

/* A file's mount cannot be asked for its root, so that each source here is tried. */
static int judge_file(const struct writers *writers, const struct find *find)
{
	const struct kin *kin = writers->kin;
	int r = 0;

	for (size_t i = kin_source(kin, find->node.dev, 0);
	     r == 0 && i < kin->n_sources && kin->sources[i].dev == find->node.dev; i++) {
		if (is_in_source(kin->sources[i].held, find) ||
		    was_in_source(kin->sources[i].held, find))
			r = add(writers, kin->sources[i].held, find);
	}
	return r;
}

/* A directory can be climbed from, up to the root of its mount: that is the source, or not.
 */
static int judge_directory(const struct writers *writers, const struct find *find)
{
	const struct kin *kin = writers->kin;
	scoped_fd int root = -1;
	struct node node = {0};
	int r = 0;

	if (sys_is_writable(find->fd) != 1)
		return 0;
	root = sys_climb(find->fd, path_depth(find->path));
	if (root < 0 || sys_stat(root, &node) < 0)
		return 0;
	for (size_t i = kin_source(kin, node.dev, node.ino);
	     r == 0 && i < kin->n_sources && kin->sources[i].dev == node.dev &&
	     kin->sources[i].ino == node.ino;
	     i++)
		r = add(writers, kin->sources[i].held, find);
	return r;
}

static bool is_on_a_source(const struct kin *kin, uint64_t dev)
{
	size_t i = kin_source(kin, dev, 0);

	return i < kin->n_sources && kin->sources[i].dev == dev;
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

static int judge_grip(void *context, pid_t pid, const struct grip *grip)
{
	struct visit *visit = context;
	const struct writers *writers = visit->writers;
	struct find find = {.pid = pid};
	scoped_fd int fd = -1;
	scoped_mem char *path = NULL;

	if (ids_has(writers->ids, grip->mount))
		return 0;
	fd = sys_grip_open(pid, grip);
	if (fd < 0 || sys_stat(fd, &find.node) < 0 ||
	    !is_on_a_source(writers->kin, find.node.dev) ||
	    is_mounted(visit, pid, grip->mount) || sys_grip_path(pid, grip, &path) < 0 ||
	    path[0] != '/')
		return 0;
	find.fd = fd;
	find.path = path;
	if (S_ISDIR(find.node.mode))
		return judge_directory(writers, &find);
	return S_ISREG(find.node.mode) && grip->is_written ? judge_file(writers, &find) : 0;
}

int writers_look(const struct writers *writers, pid_t pid)
{
	struct visit visit = {.writers = writers};

	return sys_process_grips(pid, judge_grip, &visit);
}
