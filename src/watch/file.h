/* SPDX-License-Identifier: Apache-2.0 */
/* A request that is watched, and what is remembered of its binds. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/macro.h"
#include "request/request.h"
#include "watch/actor.h"
#include "watch/glance.h"
#include "watch/mends.h"

/* The end of what is not planned. */
#define WATCH_NEVER 1e18

/* What became of the last look at a bind, where its paths lead to a server. */
enum answers {
	ANSWERS,      /* it answered, or was not asked so far */
	ANSWERS_NOT,  /* not at once: it is asked apart (watch/apart.h) */
	ANSWERS_LATE, /* it did there: it is waited for */
};

/* One bind. Times are seconds of CLOCK_BOOTTIME. */
struct watched {
	char *target;      /* normalised, as it was asked for */
	char *source;      /* the same; NULL: there is none */
	bool is_there;     /* it shall be mounted */
	bool is_alone;     /* it can be judged without the others */
	bool is_unwatched; /* a glance does not tell all of it: a recursive bind */
	bool is_as_asked;  /* it was so at the last pass */
	bool was_judged;
	bool is_gone;     /* its mount was seen to be: somebody may be stopping it */
	bool is_to_arm;   /* its paths are to be watched again */
	bool looks_first; /* when it is due it is looked at, and mended by another pass */
	bool is_asked;    /* apart, and whoever asks it is not through */
	bool was_another; /* when it was to be remembered, than what had been judged */
	enum answers answers;
	struct glance seen;               /* its target, when it was last as asked */
	struct source_glance source_seen; /* and its source */
	char *seen_on;      /* the mount point that its source lay on, or NULL */
	double due;         /* when it is to be judged; WATCH_NEVER: not planned */
	double woken;       /* when the event came for which it is; 0: for none */
	double retry;       /* the pause after a failure; 0: it has not failed */
	uint64_t failure;   /* a hash of the last failure that was told; 0: none */
	struct actor actor; /* who was seen to do it */
	double search;   /* when its holders are to be searched; WATCH_NEVER: not planned */
	double searched; /* when they were last, or 0 */
	struct mends mends;
};

struct watch_file {
	const char *name; /* borrowed; NULL: no file, and so it is never read again */
	json_t *doc;
	bool accepts_text; /* all its values are text */
	bool is_valid;     /* as it was last read */
	bool is_awaited;   /* it has not been there so far, and need not be */
	struct watched *binds;
	size_t n_binds;
	bool is_about_fstab;
	bool any_namespace; /* this mount namespace is meant, whichever it is */
	char *fstab;        /* normalised */
	double reload;      /* when it is to be read again */
	double fstab_due;   /* when fstab will have been quiet for long enough */
	double search;      /* when holders are to be searched of the first of its binds */
};

/*
 * Take the binds of a document, which is then owned by *ret; of those that `old` (or NULL) has
 * as well, what is remembered moves over. Returns 0, or -1 with ERROR_REQUEST or ERROR_MEMORY:
 * then both are as they were, and the document is the caller's.
 */
MUST_CHECK int watch_file_take(json_t *doc, bool accepts_text, struct watch_file *old,
			       struct watch_file *ret, struct error *err);

/*
 * The request of `n` of the binds by their rising numbers, or of all that the document says,
 * with what is to be purged, when that is all of them; with what is remembered of each.
 * Returns 0 with *req for request_done(), or -1 with *err set.
 */
MUST_CHECK int watch_file_request(const struct watch_file *f, const size_t *which, size_t n,
				  struct request *req, struct error *err);

/* Free what it owns; safe on {0} and twice. */
void watch_file_done(struct watch_file *f);
