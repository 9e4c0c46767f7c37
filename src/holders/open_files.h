/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that can still write through a mount that was replaced: see
 * holders/process_scan.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"
#include "holders/holder_list.h"
#include "holders/location_index.h"
#include "mount/mount.h"

/* Numbers of mounts. */
struct ids {
	uint64_t *items;
	size_t count;
};

/* Add those of all mounts of the list. Returns 0, or -1 when there is no memory. */
MUST_CHECK int ids_add(struct ids *ids, const struct mount_list *list);
void ids_sort(struct ids *ids);
void ids_done(struct ids *ids);

struct writers {
	const struct location_index *index;
	const struct ids *ids; /* of all mounts that are in a namespace, sorted */
	struct holder_list *found;
};

/* Look at one process. Returns 0, or -1 when there is no memory. */
MUST_CHECK int writers_look(const struct writers *writers, pid_t pid);
