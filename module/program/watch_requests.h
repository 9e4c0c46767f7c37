/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of a watch: from the words of its command, and from its directories later. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "call.h"
#include "watch/watch.h"

#define WATCH_DIRECTORIES_MAX 16u

struct watch_requests {
	struct call *call;
	struct watch watch;
	struct watch_file files[WATCH_FILES_MAX];
	char *names[WATCH_FILES_MAX];
	char *directories[WATCH_DIRECTORIES_MAX];
};

/*
 * Take the requests that the command's words name: files, directories of files, or one that
 * stands there itself. The watch's hooks have to be set. Returns 0, or -1 with *err set.
 */
MUST_CHECK int watch_requests_add(struct watch_requests *w, struct error *err);

/* Add those that are new in the directories: with no binds, until they are read. */
void watch_requests_find(struct watch_requests *w);

/* Read one again. Returns 0 with a new reference in *ret, or -1 with *err set. */
MUST_CHECK int watch_requests_read(const struct watch_requests *w, const char *name,
				   json_t **ret, struct error *err);

/* Free what it owns. */
void watch_requests_done(struct watch_requests *w);
