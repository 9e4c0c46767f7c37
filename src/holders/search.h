/* SPDX-License-Identifier: Apache-2.0 */
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

/* {.req = req} is a search for nobody yet. */
struct search {
	const struct request *req; /* borrowed */
	struct bind_location *locations;
	size_t n_locations;
};

/* Free what it owns; safe on {0} and twice. */
void search_done(struct search *search);

/* Whether others may have an old or a writable view of a bind that was changed. */
bool search_may_find(const struct outcome *out);

/*
 * Bind `i` is done: note where it lies, when its holders are asked for, or when it was
 * changed because others may have an old or a writable view of it. 0, or -1 for no memory.
 */
MUST_CHECK int search_note(struct search *search, struct mounts *mounts, size_t i,
			   const struct outcome *out);

/* True when holders are asked for, or when a bind was noted that may have some. */
bool search_is_due(const struct search *search);

/*
 * Look for the holders of all binds noted, until the deadline. Returns 0 with *ret and
 * *ret_kernel filled, give them to process_scan_done() and kernel_writers_done(); -1 when
 * there is no memory.
 */
MUST_CHECK int search_run(const struct search *search, double deadline,
			  struct process_scan *ret, struct kernel_writer_list *ret_kernel);
