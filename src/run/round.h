/* SPDX-License-Identifier: Apache-2.0 */
/* One look at a bind, and the plan that was made of it. Part of converge.c. */
#pragma once

#include "run/converge.h"

struct round {
	struct have have;
	struct plan plan;
	bool is_again; /* this run has changed something before it */
};

/* Free what it owns; safe on HAVE_INIT with an empty plan, and twice. */
void round_done(struct round *round);

/*
 * Look at the machine and make a plan, and note in *out what is there. What was seen by its last
 * name, and is to be changed otherwise than by one new mount, is looked at by its descriptor.
 * Returns 0, or -1 with *err set, as all of these.
 */
MUST_CHECK int round_look(const struct converge *c, const struct want *outer,
			  enum outer_is outer_is, struct outcome *out, struct round *round,
			  struct error *err);

/*
 * What the steps would do elsewhere is looked at only where there are some, and judged with
 * all else.
 */
MUST_CHECK int round_look_elsewhere(const struct converge *c, const struct want *outer,
				    struct outcome *out, struct round *round,
				    struct error *err);

/* What a first mount hides. Where that cannot be seen, nobody is told. */
MUST_CHECK int round_look_beneath(const struct converge *c, const struct round *round,
				  struct outcome *out, struct error *err);
