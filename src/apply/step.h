/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps for one bind share while they are done. Part of apply_plan(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/apply.h"
#include "base/failure.h"

struct step_context {
	const struct apply_context *context;
	const struct want *want;
	const struct have *have;
	const struct plan *plan;
	struct done_steps *done;
	size_t layer;   /* the layer that is on top by now */
	size_t made;    /* components of the target that were made */
	size_t carried; /* mounts that came along into the new tree */
	bool is_new;    /* what was to be mended in place was replaced */
	struct error *err;
};

/*
 * Record that a call failed with -errno, and what to do about that. Returns -1.
 */
int step_failed(struct step_context *w, enum failed_call call, int r);

/* The same of the target, which may have to have a mode or owner that was asked for. */
int step_create_failed(struct step_context *w, bool is_as_asked, int r);

/*
 * The same of a mount that the kernel keeps as it is because it was inherited from another
 * user namespace. Returns -1.
 */
int step_inherited(struct step_context *w, enum failed_call call, int r);

/*
 * Record that a mount could not be taken off. A mount that is still there, and that the
 * kernel will not detach (EINVAL), was inherited from another user namespace. Returns -1.
 */
int step_detach_failed(struct step_context *w, int r);

/*
 * Record that flags could not be set. EPERM after the plan found that mounts may be changed
 * means that one of them is not ours to clear. Returns -1.
 */
int step_flags_failed(struct step_context *w, enum failed_call call, int r);

/* Record that a step was done. Returns 0: there is room for it. */
int step_note(struct step_context *w, enum step_kind kind);

/*
 * What the -errno `r` of a call on the mount with this id, at that path, means. The kernel says EINVAL
 * of flags that it does not know, and of a mount that somebody has taken off meanwhile: then it is
 * that of step_open_showing(), and otherwise `r`.
 */
MUST_CHECK int step_still_showing(const char *path, uint64_t id, int r);

/* Record that the mount at the target that has this id could not be changed. Returns -1. */
int step_set_failed(struct step_context *w, enum failed_call call, uint64_t id, int r);

/* Open a path; it must show the mount with this id, or -ESTALE. A descriptor or -errno. */
MUST_CHECK int step_open_showing(const char *path, uint64_t id);

/* The mount that is on top by now, where there is one. */
uint64_t step_top(const struct step_context *w);

/* The same for the layer that is on top by now. */
MUST_CHECK int step_open_top(const struct step_context *w);

/*
 * Whether the target was there with no mount on it, and a new one can be attached to the very
 * place that was judged, and seen to be on that.
 */
bool step_has_free_place(const struct step_context *w);

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
