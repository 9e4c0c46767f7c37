/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who still has an old or a writable view of a bind that was mended: searched afterwards, without
 * the lock, by a process of its own, because all processes of the host are looked at.
 */
#pragma once

#include <stddef.h>

#include "base/strbuf.h"
#include "watch/child.h"
#include "watch/file.h"

struct watch;

/* The search that is under way; {0} is none. Times are seconds of CLOCK_BOOTTIME. */
struct held {
	struct child child;
	size_t file;
	size_t *which;
	size_t n;
	struct strbuf said; /* so far */
	double started;
	double not_before; /* the next one does not start sooner */
};

/* When the next search starts; WATCH_NEVER while one is under way. */
double held_next(const struct watch *w);

/* Start it, where it is due by now. */
void held_start(struct watch *w, double now);

/* Hear what it says by now; when it is through, tell what it found. */
void held_take(struct watch *w, double now);

/* End that of a file, whose binds are others now; or any, with its n_files. */
void held_forget(struct watch *w, size_t file);
