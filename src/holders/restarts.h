/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be restarted for all holders to be gone. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/macro.h"
#include "holders/process_scan.h"

/* Names are borrowed from the scan. Each list is sorted and has each of its items once. */
struct restarts {
	const char **units; /* those that systemctl can restart */
	size_t n_units;
	const char **containers;
	size_t n_containers;
	pid_t *processes; /* that are in neither */
	size_t n_processes;
};

/*
 * Make the lists for the holders that a scan found. Returns 0 with *ret filled, give it to
 * restarts_done(); -1 when there is no memory.
 */
MUST_CHECK int restarts_make(const struct process_scan *scan, struct restarts *ret);

/* Free what it owns; safe on {0} and twice. */
void restarts_done(struct restarts *restarts);
