/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of this host, looked at for what they hold of a set of binds: machine ->
 * holders. The rules are those of holders/foreign_mounts.h, and for a writer these:
 *
 *   it holds something through a mount that is in no namespace any more, and which is
 *   - a directory of the source's tree, on a mount that is still writable, or
 *   - a file of that tree, open for writing or mapped so, or one that has been deleted
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "holders/bind_location.h"
#include "holders/foreign_mounts.h"
#include "kernel/cgroup.h"

/* Who a process is. */
struct process_identity {
	char *command;
	struct cgroup cgroup;
};

struct process_scan {
	struct holder_list holders;          /* settled */
	struct process_identity *identities; /* one for each holder */
	size_t n_seen;   /* processes that could be read, beside ourselves */
	size_t n_denied; /* those that are there, but not for us to read */
	bool is_hidden;  /* there may be more that are not even seen */
	bool is_cut;     /* the time was over before all were looked at */
};

/*
 * Look at all processes, until `deadline` (of clock_now()). What cannot be read is counted
 * or left out. Returns 0 with *ret filled, give it to process_scan_done(); -1 when there is
 * no memory.
 */
MUST_CHECK int process_scan_run(const struct bind_location locations[], size_t n,
				double deadline, struct process_scan *ret);

/*
 * True when what was found may not be all: most processes could not be read. A few that are
 * better protected than we are privileged are there for root, too.
 */
bool scan_is_incomplete(const struct process_scan *scan);

/* Free what it owns; safe on {0} and twice. */
void process_scan_done(struct process_scan *scan);
