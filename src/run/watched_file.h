/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a robind watch that runs is asked for, in a file below /run: it leaves it there, and
 * others read it while it lives (kernel/live_file.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/macro.h"
#include "base/strbuf.h"
#include "mount/flags.h"
#include "request/request.h"

/* Add the binds of a request to what is left; `file` is its name, or NULL. */
void watched_add(struct strbuf *left, const struct request *req, const char *file);

/*
 * Leave it in the place of what was left with *fd, -1 at first. Where that cannot be nobody is
 * warned.
 */
void watched_leave(const struct strbuf *left, int *fd);

/* Nobody watches any more; *fd is -1 then. */
void watched_take_back(int *fd);

/* What was left by one that lives. */
struct watched_file {
	char *text; /* owned */
	const char *at;
	const char *end;
	struct timespec time; /* when */
};

/* One bind that is watched; texts are borrowed from the file. */
struct watched_bind {
	enum state state;
	bool recursive;
	struct flag_change options;
	const char *target;
	const char *source;
	const char *file; /* its request's name, "" for none */
};

/*
 * Read it. False where nobody watches, it is of another version of robind or of another mount
 * namespace, or cannot be read. True: give it to watched_file_done().
 */
MUST_CHECK bool watched_file_read(struct watched_file *ret);

/* The next bind in it; false: that was the last one, or what follows is none. */
MUST_CHECK bool watched_file_next(struct watched_file *file, struct watched_bind *ret);

/* Free what it owns; safe on {0} and twice. */
void watched_file_done(struct watched_file *file);
