/* SPDX-License-Identifier: Apache-2.0 */
/* When a bind is to be looked at, or mended, or its holders searched. Times are seconds of CLOCK_BOOTTIME. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/outcome.h"
#include "watch/file.h"

/*
 * An event came at `woken`: look at the bind, or else mend it, that much later; mend it not
 * sooner than it may be again. A look that is due by now is no leave for a mend.
 */
void due_wake(struct watched *b, double woken, double delay, bool looks);

/* So long a bind's holders are not searched again, in a fight. */
#define DUE_SEARCH_PAUSE 60.0

/* It was mended: who holds it is to be searched, where somebody may. */
void due_search(struct watch_file *f, struct watched *b, const struct outcome *out,
		double now);

/* Have a look at all of which nothing is planned. */
void due_all(struct watch_file *f, double now);

/*
 * Those that are due by now, and with which it stands so: their rising numbers in `which`,
 * which has room for all. Returns how many.
 */
size_t due_collect_apart(const struct watch_file *f, enum answers answers, double now,
			 size_t *which);

/*
 * Those that are to be looked at by now, or else to be mended, with all that they cannot be
 * judged without, and without those that do not answer; as above.
 */
size_t due_collect(const struct watch_file *f, bool looks, double now, size_t *which);
