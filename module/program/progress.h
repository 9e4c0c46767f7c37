/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line on the terminal that says how far a long run is: it appears after one second, is
 * written over, and is gone at the end.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct progress {
	FILE *out;
	double start;
	double told;    /* when the line was last written */
	size_t columns; /* of the line that stands there; 0: none does */
};

/* Begin at this second. */
struct progress progress_begin(FILE *out, double now);

/* After `n_done` of `n_all` binds; it is written a few times a second at most. */
void progress_tell(struct progress *progress, double now, size_t n_done, size_t n_all);

/* Take the line away, if there is one. */
void progress_end(struct progress *progress);
