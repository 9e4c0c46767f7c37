/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binds that did not answer at once are asked by processes of their own, so that nobody waits
 * for their servers but these. They only look. Whoever is stuck in the kernel, past killing,
 * stays until it is let go: so long the same is not asked again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "watch/child.h"
#include "watch/file.h"

struct watch;

#define APART_MAX 4u

/* One such process, and whom it asks. */
struct apart {
	struct child child; /* it says who answered */
	size_t file;
	size_t *which;
	size_t n;
	struct strbuf said; /* so far */
	bool has_said;      /* of all of them, and that was taken */
};

/* Ask those that are due by now, as far as there may be processes for that. */
void apart_start(struct watch *w, double now);

/* Whether it would be asked, if it could be. */
bool apart_is_waiting(const struct watch *w, const struct watched *b);

/* One has said something, or ended: those that answered are due, the others have failed. */
void apart_take(struct watch *w, struct apart *a, double now);

/* End those that ask binds of a file, which are others now; or all, with its n_files. */
void apart_forget(struct watch *w, size_t file);
