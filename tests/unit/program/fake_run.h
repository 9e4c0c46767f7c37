/* SPDX-License-Identifier: Apache-2.0 */
/* A run that stands in for the engine, and its clock: it does nothing but wait for the lock. */
#pragma once

struct fake_run {
	unsigned locked;  /* how many runs find the lock taken until their time is up */
	int lock_error;   /* what each of them says, an errno */
	unsigned n_runs;  /* so far */
	unsigned timeout; /* what the last one was given, in seconds */
	double now;
};

extern struct fake_run fake_run;
