/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path walks that may never return: a FUSE server or an automount daemon that is
 * unresponsive holds whoever looks a name up, and not even SIGKILL helps. Such walks are
 * made by a child process (kernel/path_worker.c) that can be left behind. Part of sys_*.c.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "kernel/path_place.h"

enum walk_op {
	WALK_OPEN,         /* -> descriptor */
	WALK_RESOLVE,      /* -> text */
	WALK_FIND_SYMLINK, /* -> text */
	WALK_LIST,         /* -> 0, or more and text: see list_content() */
	WALK_MAKE,         /* -> made */
	WALK_UNMAKE,
	WALK_REMOVE,
};

/* Which automounts are opened. */
enum walk_trigger {
	TRIGGER_NONE,
	TRIGGER_ABOVE, /* those on the way, and not one at the end */
	TRIGGER_ALL,
};

struct worker_request {
	enum walk_op op;
	bool trigger;           /* open automounts on the way */
	bool triggers_end;      /* and one at the end, too */
	struct new_place place; /* for WALK_MAKE and WALK_UNMAKE: the last component */
	bool dangles; /* for WALK_RESOLVE: what a symlink names need not be there */
	size_t made;
	size_t n_ignored; /* for WALK_LIST */
	char path[PATH_MAX];
};

struct worker_reply {
	int result;
	size_t made;
	char text[PATH_MAX];
};

/* How far a walk is: in shared memory, for it to be read when the walk does not return. */
struct walk_progress {
	char path[PATH_MAX]; /* what is walked, which is another path behind a symlink */
	size_t length;       /* bytes of it that lead to what is being asked */
};

/*
 * Make a walk in this process. said->result is a descriptor, 0 or -errno; progress tells
 * where it failed. -EREMOTE: an automount is in the way and may not be triggered;
 * -EREMOTEIO: it was, and mounted nothing.
 */
void walk_do(const struct worker_request *ask, struct worker_reply *said,
	     struct walk_progress *progress);

/*
 * Walk a path in this process: a descriptor, or -errno with *progress where it stood.
 * -ELOOP also for a component "", "." or "..", which only symlinks bring in.
 */
MUST_CHECK int walk_open(const char *path, enum walk_trigger trigger,
			 struct walk_progress *progress);

/*
 * Resolve the symlinks of ask->path into said->text; the end of the path that does not
 * exist stays as it is. A symlink may name it only where it is said so, or it is -ENOENT.
 * -ELOOP: they lead in a circle.
 */
MUST_CHECK int links_resolve(const struct worker_request *ask, struct worker_reply *said,
			     struct walk_progress *progress);

/* The first component of ask->path that is a symlink, as a path in said->text. */
MUST_CHECK int links_find(const struct worker_request *ask, struct worker_reply *said);

/* Open a path in this process, however long it takes. A descriptor or -errno. */
MUST_CHECK int walk_here(const char *path);

/*
 * Open the longest part of the path that the cache knows, when it is on a local file
 * system. *ret_rest is what is left then. A descriptor, or -EAGAIN (path_open.c).
 */
MUST_CHECK int path_open_local_part(const char *path, const char **ret_rest);

/*
 * What a directory or a regular file holds (kernel/path_list.c), for people: the first names,
 * or how many bytes. 0 for nothing, then `text` is empty; a positive number; or -errno. As
 * many names as are to be ignored are nothing.
 */
#define LIST_NAMES 3
MUST_CHECK int list_content(int fd, size_t n_ignored, char *text, size_t size);

/* Make, take back and remove a place (kernel/path_create.c), as sys_make_place(),
 * sys_unmake_place() and sys_remove_place(). */
MUST_CHECK int place_make(const char *path, const struct new_place *as, size_t *ret_made);
void place_unmake(const char *path, bool directory, size_t made);
MUST_CHECK int place_remove(const char *path);

/*
 * Have the child make a walk within `seconds`; negative: no limit. Returns 0 with *said
 * filled (a descriptor in said->result is ours), -ETIMEDOUT, or another -errno when there
 * can be no child. *ret is how far the walk came.
 */
MUST_CHECK int walk_in_child(const struct worker_request *ask, double seconds,
			     struct worker_reply *said, struct walk_progress *ret);

/* End the child. */
void walk_child_done(void);
