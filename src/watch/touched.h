/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts that others were mounted in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/mount_events.h"

struct touched {
	bool is_all; /* it is not known which */
	uint64_t *ids;
	size_t n;
};

/*
 * Find the mounts that carry, directly or with others in between, what was mounted. What is gone
 * by now is carried by none. Without memory all are taken for such. touched_done() frees *ret.
 */
void touched_find(const struct mount_changes *changes, struct touched *ret);

/* Whether it is one of them, by its unique id. */
bool touched_has(const struct touched *touched, uint64_t mount);

/* Free what it owns; safe on {0} and twice. */
void touched_done(struct touched *touched);
