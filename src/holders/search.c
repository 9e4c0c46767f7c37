/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "holders/process_scan.h"

void search_done(struct search *search)
{
	for (size_t i = 0; i < search->n_locations; i++)
		bind_location_done(&search->locations[i]);
	free(search->locations);
	*search = (struct search){0};
}

static bool may_have_holders(enum drift_code code, const struct done_steps *done)
{
	enum drift_holders holders = drift_rules[code].holders;

	return holders == HOLDERS_LIKELY || (holders == HOLDERS_OF_REPLACED &&
					     step_list_has(&done->steps, STEP_REPLACE));
}

bool search_may_find(const struct outcome *out)
{
	const struct drift_list *drift = &out->drift;

	for (size_t i = 0; i < drift->count && out->changed; i++) {
		if (may_have_holders(drift->items[i].code, &out->done))
			return true;
	}
	return false;
}

static bool is_due(const struct search *search, const struct outcome *out)
{
	return search->req->holders || (!search->req->check_mode && search_may_find(out));
}

int search_note(struct search *search, struct mounts *mounts, size_t i,
		const struct outcome *out)
{
	const struct want *want = out->want;

	if (!is_due(search, out) || !want->target)
		return 0;
	if (ARRAY_RESERVE(search->locations, search->n_locations, 1) < 0)
		return -1;
	if (bind_location_look(mounts, want, i, &search->locations[search->n_locations]) <
	    0)
		return -1;
	search->n_locations++;
	return 0;
}

bool search_is_due(const struct search *search)
{
	return search->req->holders || search->n_locations > 0;
}

int search_run(const struct search *search, double deadline, struct process_scan *ret,
	       struct kernel_writer_list *ret_kernel)
{
	static const struct kernel_writer_places places = {"/sys/block", "/proc/swaps"};
	int r = process_scan_run(search->locations, search->n_locations, deadline, ret);

	if (r < 0)
		return r;
	r = kernel_writers_find(&places, search->locations, search->n_locations,
				ret_kernel);
	if (r < 0)
		process_scan_done(ret);
	return r;
}
