/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/seen.h"

void seen_done(struct seen *seen)
{
	pinned_path_done(&seen->source);
	pinned_path_done(&seen->target);
	seen->want = NULL;
}

void seen_put(struct seen *seen, const struct want *want, struct pinned_path *source,
	      struct pinned_path *target, const struct mount *mount)
{
	seen_done(seen);
	seen->want = want;
	pinned_path_move(source, &seen->source);
	pinned_path_move(target, &seen->target);
	seen->mount = *mount;
}

bool seen_is_of(const struct seen *seen, const struct want *want)
{
	return seen && seen->want == want;
}
