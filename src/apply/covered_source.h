/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a mount that was just attached came to its own source as well. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "apply/step.h"

/*
 * The source was not to be reached, as far as the table of mounts tells. But that may have
 * changed since, and of what is beyond our root directory it tells nothing. So see where its
 * name leads now that the mount `id` is attached: true when that is a copy of this mount, on
 * the source or on a directory above it. Two calls where nothing came between; then *ret,
 * which is {.fd = -1}, is the source as it is seen there.
 */
bool source_is_covered(const struct step_context *w, uint64_t id, struct pinned_path *ret);

/* Record that it is, and whether the mount could be taken back. Returns -1. */
int source_covered_error(struct step_context *w, bool is_back);
