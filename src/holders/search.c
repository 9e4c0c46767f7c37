#include "holders/search.h"

#include <stdlib.h>
#include <string.h>

#include "holders/process_scan.h"
#include "base/cleanup.h"

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

/* ---- telling ---- */

/* The holders of one bind follow each other. */
static int tell_binds(const struct crowd *crowd, struct search *search, struct reply *reply)
{
	const struct holder_list *found = &crowd->holders;
	size_t first = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < found->count; i++) {
		size_t bind = found->items[i].bind;
		size_t n = i + 1 - first;

		if (i + 1 < found->count && found->items[i + 1].bind == bind)
			continue;
		r = reply_add_holders(reply, bind, found->items + first, n,
				      crowd->people + first);
		for (size_t h = first; h <= i; h++)
			search->guesses[bind] &= found->items[h].why != WHY_WRITABLE;
		first = i + 1;
	}
	return r;
}

/* Where little could be read, what the plan feared is all there is to tell. */
static int tell_unknown(const struct crowd *crowd, const struct search *search,
			struct reply *reply)
{
	int r = 0;

	if (search->req->holders)
		r = reply_add_unknown(reply, crowd);
	for (size_t i = 0; r == 0 && i < search->req->n_wants; i++) {
		if (search->guesses[i])
			r = reply_add_guess(reply, i);
	}
	return r;
}

int search_run(struct search *search, double deadline, struct reply *reply)
{
	struct crowd crowd = {0};
	int r = 0;

	if (!search->req->holders && search->n_helds == 0)
		return 0;
	r = crowd_look(search->helds, search->n_helds, deadline, &crowd);
	if (r == 0)
		r = tell_binds(&crowd, search, reply);
	if (r == 0)
		r = reply_add_needs_restart(reply, &crowd.holders, crowd.people);
	if (r == 0 && crowd_is_blind(&crowd))
		r = tell_unknown(&crowd, search, reply);
	crowd_done(&crowd);
	return r;
}
