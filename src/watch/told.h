/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch tells whoever started it. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "apply/outcome.h"
#include "base/error.h"
#include "base/macro.h"
#include "watch/actor.h"

enum watch_event_kind {
	WATCH_READY,    /* the first pass is over */
	WATCH_MENDED,   /* a bind was not as asked, and is now */
	WATCH_FAILED,   /* it is not, and this is why */
	WATCH_DRIFTED,  /* it is not, and nothing is to be mended */
	WATCH_IN_SYNC,  /* it is again, and it was not us */
	WATCH_FIGHTING, /* somebody undoes it again and again: from now on with pauses */
	WATCH_HELD,     /* somebody still has an old or a writable view of it */
	WATCH_LOADED,   /* the request was read again */
	WATCH_INVALID,  /* it could not be, and the old one stays */
	WATCH_UNABLE, /* not all can be watched: what is not seen is found by the next full pass */
	WATCH_STOPPED,
	WATCH_EVENT_COUNT_
};

/* The names of the events; static. */
extern const char *const watch_event_names[WATCH_EVENT_COUNT_];

/* Texts are borrowed, and NULL where there is none. */
struct watch_event {
	enum watch_event_kind kind;
	const char *file;              /* the request's */
	const char *target;            /* of the bind */
	const struct outcome *outcome; /* of the bind, or NULL */
	const char *text;              /* one sentence */
	const struct actor *actor;     /* who was seen to do it, or NULL */
	const json_t *held;            /* the bind in a reply, with its holders; or NULL */
	double latency;                /* seconds from the event; negative: for none */
};

/* What is told, or asked for; every one has to be there. */
struct watch_hooks {
	void *to;
	void (*tell)(void *to, const struct watch_event *event);

	/*
	 * After each pass, and after what was told in it. Returns when to be called again at
	 * the latest, in seconds of CLOCK_BOOTTIME.
	 */
	double (*settled)(void *to, double now);

	/* Add to the watch the requests in its directories that it does not have; no binds yet. */
	void (*find)(void *to);

	/*
	 * Read a request again. Returns 0 with a new reference in *ret, or -1 with *err set.
	 */
	int (*read)(void *to, const char *name, json_t **ret, struct error *err);
};
