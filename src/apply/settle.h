/* SPDX-License-Identifier: Apache-2.0 */
/* The end of what new_mount.c does. Part of apply_plan(). */
#pragma once

#include <stdint.h>

#include "apply/step.h"
#include "base/macro.h"

/*
 * The new mount `id`, whose root is `tree`, is attached: see that the target shows it, and
 * make it private. It is noted as a step of this kind, unless it could be taken back and
 * nothing else had changed. 0, or -1 with the reason recorded.
 */
MUST_CHECK int settle_new_mount(struct step_context *w, int tree, uint64_t id,
				enum step_kind kind);

/*
 * The same of a mount that was attached alone, and was seen by the target's last name in a
 * directory that is another by now: look at both by their whole paths. 1: it is there; 0: it was
 * taken back, and nothing is done for the bind; -1 with *err set.
 */
MUST_CHECK int settle_again(const struct want *want, int tree, uint64_t id,
			    struct done_steps *done, struct error *err);
