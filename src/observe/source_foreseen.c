/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/source_foreseen.h"

#include <errno.h>
#include <sys/stat.h>

#include "observe/uncovered.h"

static int uncover(const struct view *view, const struct want *want,
		   struct pinned_path *place)
{
	struct pinned_path now = {.fd = -1};
	uint64_t carrier = 0;
	int r = uncovered_look(view, want->source, &now, &carrier);

	if (r > 0) {
		pinned_path_done(place);
		pinned_path_move(&now, place);
	}
	return r == -ENOMEM ? r : 0;
}

int source_foresee(const struct view *view, const struct want *want,
		   struct pinned_path *place)
{
	uint64_t mount = 0;
	int r = uncover(view, want, place);

	if (r < 0 || pinned_path_is_there(place) || place->untriggered)
		return r;
	if (view->made && want_is_there(want))
		mount = made_sources_find(view->made, want->source);
	if (mount != 0) {
		place->fd = PINNED_BY_NAME;
		place->file_id = (struct file_id){.mode = S_IFDIR, .mount = mount};
	}
	return 0;
}
