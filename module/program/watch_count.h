/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a watch has done so far, for who asks: `robind watch --status`, and Prometheus by a file
 * that its node exporter reads.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"
#include "plan/drift.h"
#include "watch/state.h"
#include "watch/told.h"

/* Where a running one leaves its status, as live_file.h says; only root can write there. */
#define WATCH_STATUS_PATH "/run/robind-watch.json"

struct watch_count {
	const char *metrics; /* the file for Prometheus, or NULL */
	unsigned long long drifts[DRIFT_COUNT_];
	unsigned long long mends[DRIFT_COUNT_][2]; /* failed; done */
	double written;                            /* when the files were; CLOCK_BOOTTIME */
	int status;                                /* the file of the status, -1 at first */
	bool is_ready;
	bool has_status_failed;
	bool has_metrics_failed;
	char last[512]; /* the last event, in words */
};

/* Count an event, which is told as `sentence`, or NULL. */
void watch_count(struct watch_count *count, const struct watch_event *event,
		 const char *sentence);

/*
 * Write the files, at most once a second. Returns when to come again, WATCH_NEVER if nothing
 * is left to be written. A file that cannot be written is told on standard error, once.
 */
double watch_count_write(struct watch_count *count, const struct watch *w, double now);

/* The watch has ended: nobody is to read of it any more. */
void watch_count_done(struct watch_count *count);

/*
 * Read the status of the one that runs, and not of one that was killed. Returns 0 with a new
 * reference, or -1 with *err set.
 */
MUST_CHECK int watch_count_read(json_t **ret, struct error *err);
