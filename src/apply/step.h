/* What the steps for one bind share while they are done. Part of apply_plan(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/apply.h"

struct step_context {
	const struct apply_context *context;
	const struct want *want;
	const struct have *have;
	const struct plan *plan;
	struct done_steps *done;
	size_t layer;   /* the layer that is on top by now */
	size_t made;    /* components of the target that were made */
	size_t carried; /* mounts that came along into the new tree */
	struct error *err;
};

/*
 * Record that a call failed with -errno while `doing` something at the target, and what to
 * do about that. Returns -1.
 */
int step_failed(struct step_context *w, const char *doing, int r);

/* The parts of a sentence about a mount that another user namespace keeps as it is. */
struct locked {
	const char *member; /* of the request, that asks for the change */
	const char *path;   /* the place */
	const char *doing;
	const char *what;   /* what was inherited */
	const char *repair; /* another way out, or "" */
};

/*
 * Record that the kernel refused with -errno to change a mount that was inherited from
 * another user namespace. Returns -1.
 */
int step_locked(struct step_context *w, const struct locked *locked, int r);

/*
 * Record that a mount could not be taken off. A mount that is still there, and that the
 * kernel will not detach (EINVAL), was inherited from another user namespace. Returns -1.
 */
int step_detach_failed(struct step_context *w, const char *doing, int r);

/*
 * Record that flags of what `path` shows could not be set. EPERM after the plan found that
 * mounts may be changed means that one of them is not ours to clear. Returns -1.
 */
int step_flags_failed(struct step_context *w, const char *path, const char *doing, int r);

/* Record that a step was done. Returns 0: there is room for it. */
int step_note(struct step_context *w, enum step_kind kind);

/* Open the target; it must show the mount with this id, or -ESTALE. A descriptor or -errno. */
MUST_CHECK int step_open_showing(const struct want *want, uint64_t id);

/* The same for the layer that is on top by now. */
MUST_CHECK int step_open_top(const struct step_context *w);

/* Detach the top layer, with what is mounted below it. 0 or -errno. */
MUST_CHECK int step_detach_top(struct step_context *w);

/* The same for the top layer's root, which was opened before: whatever its path is by now. */
MUST_CHECK int step_detach(struct step_context *w, int top);

/*
 * Make the top layer read-only, where it is ours and not held open for writing. True when
 * that is a change that nobody has noted yet.
 */
MUST_CHECK bool step_protect_top(const struct step_context *w);

/* The steps that bring a new mount (new_mount.c). */
MUST_CHECK int step_attach(struct step_context *w);
MUST_CHECK int step_replace(struct step_context *w);
