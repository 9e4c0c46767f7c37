/*
 * The search for holders, once all binds are done: one pass over the processes of this host
 * for all binds that want to know.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/outcome.h"
#include "base/macro.h"
#include "holders/bind_location.h"
#include "holders/kernel_writers.h"
#include "holders/process_scan.h"
#include "request/request.h"

/* What is known of a bind from what was done to it. */
struct search_bind {
	bool may_leave_copies; /* writable ones, in other mount namespaces */
	bool was_busy; /* the mount that was replaced was held open for writing, by anybody
			*/
};

struct search {
	const struct request *req;
	struct bind_location *locations;
	size_t n_locations;
	struct search_bind *binds; /* one for each bind of the request */
	struct kernel_writer_list kernel_writers;
};

/* Start a search for a request, which is borrowed. 0, or -1 when there is no memory. */
MUST_CHECK int search_init(struct search *search, const struct request *req);

/* Free what it owns; safe on {0} and twice. */
void search_done(struct search *search);

/*
 * Bind `i` is done: note where it lies, when its holders are asked for, or when it was
 * changed because others may have an old or a writable view of it. 0, or -1 for no memory.
 */
MUST_CHECK int search_note(struct search *search, struct mounts *mounts, size_t i,
			   const struct outcome *out);

/*
 * Look for the holders of all binds noted, until the deadline; what the kernel holds goes
 * to search->kernel_writers. *ret is {0} and stays so when nobody asked for any;
 * process_scan_done() frees it. 0, or -1 for no memory.
 */
MUST_CHECK int search_run(struct search *search, double deadline, struct process_scan *ret);
