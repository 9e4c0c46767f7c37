/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is mounted below a bind that is to be replaced, and shall be there afterwards: the
 * targets of other binds of the request, or of robind's lines in fstab. They are cloned
 * onto the new tree before that is attached, so that a reader of the inner target notices
 * nothing (Linux 6.15).
 */
#pragma once

#include <stdbool.h>

#include "apply/step.h"
#include "base/macro.h"

/*
 * Carry the inner binds over to the new, still detached tree, read-only each. *ret_all is
 * false when this kernel does not attach to a detached tree, or the new source has no place
 * for one of them; those are then made anew when it is their turn. *ret_lost is one that
 * would not be, because only fstab lists it; borrowed, or NULL. 0 or -errno.
 */
MUST_CHECK int carry_submounts_over(struct step_context *w, int tree, bool *ret_all,
				    const struct mount **ret_lost);

/*
 * Take the copies off that came with a recursive bind to the places of other binds of the
 * request: each of those is made in its turn, as it was foreseen. 0, or -ENOMEM.
 */
MUST_CHECK int clear_given_places(const struct step_context *w);
