#include "holders/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "holders/process_scan.h"

int search_init(struct search *search, const struct request *req)
{
	*search = (struct search){
		.req = req,
		.guesses = calloc(req->n_wants + 1, sizeof(*search->guesses)),
	};
	return search->guesses ? 0 : -1;
}

void search_done(struct search *search)
{
	for (size_t i = 0; i < search->n_helds; i++)
		held_done(&search->helds[i]);
	free(search->helds);
	free(search->guesses);
	*search = (struct search){0};
}

/*
 * Drift that others may have a part in, who got their views before it was mended. One that
 * is only shared is replaced where it may have been writable once.
 */
static bool is_shared_drift(enum drift_code code, const struct deeds *deeds)
{
	static const bool codes[DRIFT_COUNT_] = {
		[DRIFT_WRITABLE] = true,
		[DRIFT_STALE_SOURCE] = true,
		[DRIFT_SOURCE_COVERED] = true,
		[DRIFT_SUBMOUNT_WRITABLE] = true,
	};
	bool is_replaced = false;

	for (size_t i = 0; i < deeds->n_steps; i++)
		is_replaced |= deeds->steps[i] == STEP_REPLACE;
	return codes[code] || (code == DRIFT_PROPAGATION && is_replaced);
}

static bool is_due(const struct search *search, const struct outcome *out)
{
	const struct drift_list *drift = &out->plan.drift;

	if (search->req->holders)
		return true;
	if (search->req->check_mode || !out->changed)
		return false;
	for (size_t i = 0; i < drift->count; i++) {
		if (is_shared_drift(drift->items[i].code, &out->deeds))
			return true;
	}
	return false;
}

int search_note(struct search *search, struct mounts *mounts, size_t i,
		const struct outcome *out)
{
	search->guesses[i] = out->plan.leaves_copies;
	if (!is_due(search, out) || !out->real->target)
		return 0;
	if (search->n_helds == search->room) {
		size_t room = search->room ? 2 * search->room : 4;
		struct held *more = reallocarray(search->helds, room, sizeof(*more));

		if (!more)
			return -1;
		search->helds = more;
		search->room = room;
	}
	if (held_look(mounts, out->real, i, &search->helds[search->n_helds]) < 0)
		return -1;
	search->n_helds++;
	return 0;
}

int search_run(const struct search *search, double deadline, struct crowd *ret)
{
	if (!search->req->holders && search->n_helds == 0)
		return 0;
	return crowd_look(search->helds, search->n_helds, deadline, ret);
}
