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
