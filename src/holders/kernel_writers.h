/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a bind's source that the kernel itself writes to, for a loop device or as swap,
 * through a mount that is gone: no process has them open. Their names, as the kernel tells
 * them, then begin at the root of that mount.
 */
#pragma once

#include <stddef.h>

#include "base/macro.h"
#include "holders/bind_location.h"

struct kernel_writer {
	size_t bind;
	char *device; /* such as "/dev/loop0"; NULL: it is swap */
	char *path;   /* below the source */
};

struct kernel_writer_list {
	struct kernel_writer *items;
	size_t count;
};

/* Where the kernel tells of them. */
struct kernel_writer_places {
	const char *block; /* /sys/block */
	const char *swaps; /* /proc/swaps */
};

/*
 * Find those of the given binds, whose sources are asked for each file. What cannot be read
 * is left out. Returns 0 with *ret filled, give it to kernel_writers_done(); -1 when there
 * is no memory.
 */
MUST_CHECK int kernel_writers_find(const struct kernel_writer_places *places,
				   const struct bind_location locations[], size_t n,
				   struct kernel_writer_list *ret);

/* Free what it owns; safe on {0} and twice. */
void kernel_writers_done(struct kernel_writer_list *list);
