#include "observe/view.h"

#include <string.h>

bool view_has_target(const struct view *view, const char *path)
{
	size_t i = hash_table_get(&view->req->targets, path, strlen(path));

	if (i != HASH_TABLE_NONE)
		return want_is_there(&view->req->wants[i]);
	return view->snapshot && snapshot_find_ours(view->snapshot, path);
}
