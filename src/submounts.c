#include "submounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "request.h"

static int read_source(const struct view *view, const struct want *want, struct have *have)
{
	const struct place *source = &have->source;
	int r = 0;

	if (!place_is_there(source) || !place_is_directory(source))
		return 0;
	r = mounts_below(view->mounts, source->node.mount, want->source,
			 source->node.is_mount_root, false, &have->source_below);
	if (r < 0)
		return r;
	have->is_matched = calloc(have->source_below.count + 1, sizeof(*have->is_matched));
	return have->is_matched ? 0 : -ENOMEM;
}

/*
 * Find the mount at the same relative place of the source that shows the same tree. Both
 * lists are sorted by point, so `*from` only moves on: one pass over both.
 */
static bool match(const struct want *want, struct have *have, const struct mount *m,
		  size_t *from)
{
	const char *rest = path_rest(m->point, want->target);

	for (size_t i = *from; want->source && i < have->source_below.count; i++) {
		const struct mount *s = &have->source_below.items[i];
		int order = strcmp(path_rest(s->point, want->source), rest);

		if (order > 0)
			break;
		if (order < 0) {
			*from = i + 1;
		} else if (!have->is_matched[i] && mount_is_same_tree(s, m)) {
			have->is_matched[i] = true;
			return true;
		}
	}
	return false;
}

static bool is_in_request(const struct view *view, const char *point)
{
	size_t i = map_get(&view->req->targets, point, strlen(point));

	return i != MAP_NONE && want_is_there(&view->req->wants[i]);
}

static enum below_kind classify(const struct view *view, const struct want *want,
				struct have *have, const struct mount *m, size_t *from)
{
	if (match(want, have, m, from))
		return BELOW_COPY;
	if (is_in_request(view, m->point))
		return BELOW_REQUEST;
	if (want->recursive && mount_is_read_only(m) && have->n_layers > 0)
		return BELOW_LEFT;
	return BELOW_FOREIGN;
}

int submounts_read(const struct view *view, const struct want *want, bool again,
		   struct have *have)
{
	const struct place *target = &have->target;
	bool is_there = place_is_there(target) && place_is_directory(target);
	size_t from = 0;
	int r = 0;

	if (have->n_layers == 0 && !want_is_there(want))
		return 0;
	if (is_there)
		r = mounts_below(view->mounts, target->node.mount, want->target,
				 target->node.is_mount_root, again && want->recursive,
				 &have->below);
	if (r == 0 && (want->recursive || have->below.count > 0))
		r = read_source(view, want, have);
	if (r < 0 || have->below.count == 0)
		return r;
	have->below_kinds = calloc(have->below.count, sizeof(*have->below_kinds));
	if (!have->below_kinds)
		return -ENOMEM;
	for (size_t i = 0; i < have->below.count; i++)
		have->below_kinds[i] =
			classify(view, want, have, &have->below.items[i], &from);
	return 0;
}
