#include "holders/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "holders/process_scan.h"

int search_init(struct search *search, const struct request *req)
{
	*search = (struct search){
		.req = req,
		.binds = calloc(req->n_wants + 1, sizeof(*search->binds)),
	};
	return search->binds ? 0 : -1;
}

void search_done(struct search *search)
{
	for (size_t i = 0; i < search->n_locations; i++)
		bind_location_done(&search->locations[i]);
	free(search->locations);
	kernel_writers_done(&search->kernel_writers);
	free(search->binds);
	*search = (struct search){0};
}

static bool may_have_holders(enum drift_code code, const struct done_steps *done)
{
	enum drift_holders holders = drift_rules[code].holders;

	return holders == HOLDERS_LIKELY || (holders == HOLDERS_OF_REPLACED &&
					     step_list_has(&done->steps, STEP_REPLACE));
}

static bool is_due(const struct search *search, const struct outcome *out)
{
	const struct drift_list *drift = &out->plan.drift;

	if (search->req->holders)
		return true;
	if (search->req->check_mode || !out->changed)
		return false;
	for (size_t i = 0; i < drift->count; i++) {
		if (may_have_holders(drift->items[i].code, &out->done))
			return true;
	}
	return false;
}

int search_note(struct search *search, struct mounts *mounts, size_t i,
		const struct outcome *out)
{
	search->binds[i] = (struct search_bind){
		.may_leave_copies = out->plan.leaves_copies,
		.was_busy =
			out->done.was_busy && step_list_has(&out->done.steps, STEP_REPLACE),
	};
	if (!is_due(search, out) || !out->real->target)
		return 0;
	if (ARRAY_RESERVE(search->locations, search->n_locations, 1) < 0)
		return -1;
	if (bind_location_look(mounts, out->real, i,
			       &search->locations[search->n_locations]) < 0)
		return -1;
	search->n_locations++;
	return 0;
}

int search_run(struct search *search, double deadline, struct process_scan *ret)
{
	static const struct kernel_writer_places places = {"/sys/block", "/proc/swaps"};

	if (!search->req->holders && search->n_locations == 0)
		return 0;
	if (kernel_writers_find(&places, search->locations, search->n_locations,
				&search->kernel_writers) < 0)
		return -1;
	return process_scan_run(search->locations, search->n_locations, deadline, ret);
}
