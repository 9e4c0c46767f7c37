/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often one bind may be mended, where somebody undoes it again and again: three times in
 * ten seconds at once, then after pauses that double from one second to sixty. It is never
 * given up. Pure; times are seconds of a clock that the caller has.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

#define MENDS_FREE    3u
#define MENDS_SECONDS 10.0
#define MENDS_PAUSE   60.0  /* the longest */
#define MENDS_QUIET   600.0 /* after so long without a mend all is forgotten */

/* {0} is that of a bind that was never mended. */
struct mends {
	double last[MENDS_FREE]; /* of the newest mends, in turn */
	unsigned count;
	double pause;  /* before the next one; 0: none */
	bool was_told; /* that it is a fight */
};

/*
 * It was mended now. Returns true when it had to wait for that, and so it is a fight, which
 * nobody was told yet.
 */
MUST_CHECK bool mends_note(struct mends *m, double now);

/* When it may be mended again; 0: at once. */
double mends_ready(const struct mends *m, double now);

/* Whether it is still fought about. */
bool mends_is_fight(const struct mends *m, double now);
