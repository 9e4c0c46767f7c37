/* SPDX-License-Identifier: Apache-2.0 */
#include "run/resolve.h"

#include <stdlib.h>

#include "base/path.h"
#include "observe/resolve_paths.h"
#include "request/validate.h"

static int resolve(struct want *want, struct error *err)
{
	struct want real = {.state = want->state, .recursive = want->recursive};
	struct error why = {0};

	want->asked = calloc(1, sizeof(*want->asked));
	if (!want->asked)
		return error_no_memory(err);
	if (resolve_paths(want, &real, &why) < 0) {
		want_paths_done(&real);
		want->asked->error = error_keep(&why);
		return 0;
	}
	want->asked->source = want->source;
	want->asked->target = want->target;
	free(want->source_mount.path);
	want->source = real.source;
	want->target = real.target;
	want->source_mount.path = real.source_mount.path;
	return 0;
}

int resolve_request(struct request *req, struct error *err)
{
	bool is_any = false;

	for (size_t i = 0; i < req->n_wants && !req->keeps_order; i++) {
		if (!req->wants[i].follow)
			continue;
		if (resolve(&req->wants[i], err) < 0)
			return -1;
		is_any = true;
	}
	if (!is_any)
		return 0;
	if (request_map_targets(req) < 0)
		return error_no_memory(err);
	return conflicts_check(req, err);
}

/* The bind above a real target, of those that have had their turn. */
static size_t outer_in_turn(const struct request *req, const char *target)
{
	size_t i = hash_table_get_above(&req->targets, target);

	return i != HASH_TABLE_NONE && path_is_below(target, req->wants[i].target)
		       ? i
		       : WANT_NONE;
}

int resolve_in_turn(struct request *req, size_t i, struct error *err)
{
	struct want *want = &req->wants[i];
	size_t same = HASH_TABLE_NONE;

	if (!req->keeps_order || !want->follow)
		return 0;
	if (resolve(want, err) < 0)
		return -1;
	if (want->asked->error)
		return 0;
	same = hash_table_put(&req->targets, want->target, i);
	want->outer = outer_in_turn(req, want->target);
	return same != HASH_TABLE_NONE && same < i;
}
