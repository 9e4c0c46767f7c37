/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts that others were mounted in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/mount_events.h"

struct touched {
	bool is_all;                /* it is not known which */
	struct mount_change *items; /* each with who was the first to */
	size_t n;
};

/*
 * Find the mounts that carry, directly or with others in between, what was mounted. What is gone
 * by now is carried by none. Without memory all are taken for such. touched_done() frees *ret.
 */
void touched_find(const struct mount_changes *changes, struct touched *ret);

/* Whether it is one of them, by its unique id. */
bool touched_has(const struct touched *touched, uint64_t mount);

/* Who mounted something in it; 0: that is not known. */
pid_t touched_actor(const struct touched *touched, uint64_t mount);

/* Free what it owns; safe on {0} and twice. */
void touched_done(struct touched *touched);
