#include "request/purge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "fstab/line.h"

static bool is_left_over(const struct request *req, const struct fstab *fstab, size_t i)
{
	const struct fstab_entry *entry = &fstab->entries[i];

	return entry->place && line_look(entry).is_bind &&
	       line_is_in_set(entry, req->set) && strcmp(entry->place, "/") != 0 &&
	       hash_table_get(&req->targets, entry->place, strlen(entry->place)) ==
		       HASH_TABLE_NONE;
}

/* Several lines for one target are one bind. */
static bool is_first(const struct request *req, const struct fstab *fstab, size_t i)
{
	size_t other = fstab_find(fstab, fstab->entries[i].place);

	while (other != i && !is_left_over(req, fstab, other))
		other = fstab_next(fstab, other);
	return other == i;
}

static int add(struct request *req, const char *target)
{
	char *copy = strdup(target);

	if (!copy || ARRAY_RESERVE(req->wants, req->n_wants, 1) < 0) {
		free(copy);
		return -1;
	}
	req->wants[req->n_wants++] = (struct want){
		.target = copy,
		.state = STATE_ABSENT,
		.set = req->set,
		.outer = WANT_NONE,
	};
	return 0;
}

int purge_add(struct request *req, const struct fstab_snapshot *snapshot, struct error *err)
{
	const struct fstab *fstab = &snapshot->fstab;

	if (req->purge == PURGE_NONE)
		return 0;
	if (!snapshot->is_read) {
		*err = snapshot->unread;
		return -1;
	}
	for (size_t i = 0; i < fstab->n_entries; i++) {
		if (is_left_over(req, fstab, i) && is_first(req, fstab, i) &&
		    add(req, fstab->entries[i].place) < 0)
			return error_no_memory(err);
	}
	return 0;
}
