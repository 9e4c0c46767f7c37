/* What the steps for one bind share while they are done. Part of apply_plan(). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "apply.h"

struct work {
	const struct hands *hands;
	const struct want *want;
	const struct have *have;
	const struct plan *plan;
	struct deeds *deeds;
	size_t layer; /* the layer that is on top by now */
	size_t made;  /* components of the target that were made */
	struct fail *f;
};

/* Record that a call failed while `doing` something at the target. Returns -1. */
int work_failed(struct work *w, const char *doing, int r);

/* Record that a step was done. Returns 0, or -1 when there is no memory. */
MUST_CHECK int work_note(struct work *w, enum step_kind kind);

/* Open the target; it must show the mount with this id, or -ESTALE. A descriptor or -errno.
 */
MUST_CHECK int work_open_showing(const struct want *want, uint64_t id);

/* The same for the layer that is on top by now. */
MUST_CHECK int work_open_top(const struct work *w);

/* Detach the top layer, with what is mounted below it. 0 or -errno. */
MUST_CHECK int work_detach_top(struct work *w);

/* The steps that bring a new mount (new_mount.c). */
MUST_CHECK int work_attach(struct work *w);
MUST_CHECK int work_replace(struct work *w);
