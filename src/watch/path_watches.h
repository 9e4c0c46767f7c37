/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which binds an event of a name concerns: a watch on each directory above each path, told apart
 * by names. What lies behind a network or a daemon is not watched, for it could hang.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* Who wants to hear of which name in a directory. */
struct path_listener {
	uint32_t name; /* the hash of it, 0 for all: one with the same hash wakes in vain */
	uint32_t who;
};

struct watched_directory {
	int number;
	struct path_listener *listeners;
	size_t n_listeners;
};

struct path_watches {
	int fd;
	struct watched_directory *directories; /* by their rising numbers */
	size_t n_directories;
	size_t n_listeners; /* of all of them */
	char *last;         /* the path that was added last, */
	int *last_numbers;  /* and the directories above it, from the root down; -1: none */
	size_t last_depth;
	int failure; /* why a directory is not watched that could be, or 0 */
};

#define PATH_WATCHES_INIT                                                                  \
	{                                                                                  \
		.fd = -1                                                                   \
	}

/* Returns 0 or -errno; path_watches_done() frees it. */
MUST_CHECK int path_watches_open(struct path_watches *w);

/* What one hears of beside the names that lead to a path. */
enum path_interest {
	PATH_NAMES,   /* nothing */
	PATH_CONTENT, /* what is written to it */
	PATH_ENTRIES, /* all names in it, which is a directory */
};

/*
 * Hear for `who` of all names that lead to the normalised `path`, as far down as they are
 * there; again after each event, for there may be others now. Returns 0, or -1 when there is
 * no memory.
 */
MUST_CHECK int path_watches_add(struct path_watches *w, const char *path, uint32_t who,
				enum path_interest interest);

/* The same as if the path that was added last were not known: after an event. */
void path_watches_forget_last(struct path_watches *w);

/* One hears of something; everybody does where `is_all`. */
typedef void path_heard(void *to, uint32_t who, bool is_all);

/* Tell all that has happened so far, without waiting. */
void path_watches_take(struct path_watches *w, path_heard *heard, void *to);

/* Free what it owns; safe on PATH_WATCHES_INIT and twice. */
void path_watches_done(struct path_watches *w);
