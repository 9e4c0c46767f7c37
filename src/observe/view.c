#include "observe/view.h"

#include <string.h>

#include "base/path.h"

/* In the order of binds_order(): what shall be gone first, then from the top down. */
static bool is_done_before(const struct request *req, size_t i, size_t than)
{
	const struct want *a = &req->wants[i];
	const struct want *b = &req->wants[than];
	size_t x = path_depth(a->target);
	size_t y = path_depth(b->target);

	if (want_is_there(a) != want_is_there(b))
		return want_is_there(b);
	if (x == y || (want_is_there(a) && req->keeps_order))
		return i < than;
	return want_is_there(a) ? x < y : x > y;
}

static size_t index_of(const struct request *req, const char *target)
{
	return hash_table_get(&req->targets, target, strlen(target));
}

const struct want *view_earlier(const struct view *view, const struct want *want,
				const char *point)
{
	const struct request *req = view->req;
	size_t i = index_of(req, point);
	size_t own = index_of(req, want->target);

	return req->check_mode && i != HASH_TABLE_NONE && own != HASH_TABLE_NONE &&
			       is_done_before(req, i, own)
		       ? &req->wants[i]
		       : NULL;
}

bool view_has_target(const struct view *view, const char *path)
{
	size_t i = index_of(view->req, path);

	if (i != HASH_TABLE_NONE)
		return want_is_there(&view->req->wants[i]);
	return view->snapshot && snapshot_find_ours(view->snapshot, path);
}
