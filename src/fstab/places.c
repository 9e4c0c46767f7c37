/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/path_open.h"

/* Returns 1 when the entry got another place, 0 when not, -1 when there is no memory. */
static int find_place(struct place_finder *finder, struct fstab_entry *entry)
{
	const char *path = entry->place ? entry->place : entry->target;
	struct path_fault fault = {0};
	scoped_mem char *found = NULL;
	char *real = NULL;

	if (path[0] != '/')
		return 0;
	if (sys_find_place(finder, path, &found) < 0)
		return -1;
	/* Dots in what is not there say nothing of where that would be. */
	real = found ? path_normalise(found, strlen(found), &fault) : NULL;
	if (!real)
		return found && !fault.must ? -1 : 0;
	entry->written = entry->place ? entry->place : strdup(entry->target);
	entry->place = real;
	return entry->written ? 1 : -1;
}

int fstab_find_places(struct fstab *fstab)
{
	struct place_finder finder = PLACE_FINDER_INIT;
	bool is_any = false;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < fstab->n_entries; i++) {
		r = find_place(&finder, &fstab->entries[i]);
		is_any = is_any || r > 0;
	}
	place_finder_done(&finder);
	if (r < 0)
		return -1;
	return is_any ? fstab_index(fstab) : 0;
}
