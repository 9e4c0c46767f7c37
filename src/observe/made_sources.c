/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/made_sources.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int made_sources_make(const struct request *req, struct made_sources *ret)
{
	struct made_sources made = {.on = calloc(req->n_wants + 1, sizeof(*made.on))};

	if (!made.on || hash_table_make(&made.by_path, req->n_wants) < 0) {
		made_sources_done(&made);
		return -1;
	}
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		if (want->source && want_is_there(want) && !want_is_self(want))
			(void)hash_table_put(&made.by_path, want->source, i);
	}
	*ret = made;
	return 0;
}

void made_sources_done(struct made_sources *made)
{
	hash_table_done(&made->by_path);
	free(made->on);
	*made = (struct made_sources){0};
}

struct note {
	uint64_t *on;
	uint64_t mount;
};

/* The cost is that of reading the target once. */
static bool note(size_t i, const void *arg)
{
	const struct note *to = arg;

	to->on[i] = to->mount;
	return false;
}

void made_sources_note(struct made_sources *made, const char *target, uint64_t mount)
{
	const struct note to = {made->on, mount};

	if (made->on)
		(void)hash_table_get_at_or_above(&made->by_path, target, note, &to);
}

uint64_t made_sources_find(const struct made_sources *made, const char *source)
{
	size_t i = hash_table_get(&made->by_path, source, strlen(source));

	return made->on && i != HASH_TABLE_NONE ? made->on[i] : 0;
}
