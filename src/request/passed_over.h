/* SPDX-License-Identifier: Apache-2.0 */
/* Lines in fstab that look like read-only binds, and that robind leaves alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "fstab/parse.h"

/* A file of nothing else would make a reply of it. */
#define PASSED_OVER_TOLD 20u

struct passed_line {
	size_t line;     /* its number, from 1 */
	char *target;    /* as it stands there, unescaped */
	const char *who; /* what is wrong: part of a sentence, in two static texts */
	const char *must;
};

struct passed_over {
	struct passed_line *items; /* the first of them */
	size_t count;
	size_t n_all;
};

/*
 * Note the entry if it says that it is a bind, and read-only in one way or the other, but
 * cannot be asked for. Lines with `noauto`, and with `ours_only` those of others, are not
 * meant. Returns 1 when it was noted, 0 when it can be asked for or is another line, or -1
 * when there is no memory.
 */
MUST_CHECK int passed_over_add(struct passed_over *passed, const struct fstab_entry *entry,
			       bool ours_only);

/* The same of an entry that is meant, if only its paths cannot be asked for. */
MUST_CHECK int passed_over_add_path(struct passed_over *passed,
				    const struct fstab_entry *entry);

/* Free what it owns; safe on {0} and twice. */
void passed_over_done(struct passed_over *passed);
