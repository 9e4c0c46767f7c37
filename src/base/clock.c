/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

static double seconds_of(clockid_t clock)
{
	struct timespec t = {0};

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double clock_now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double clock_boot(void)
{
	return seconds_of(CLOCK_BOOTTIME);
}

double clock_used(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}
