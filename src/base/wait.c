/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wait.h"

#include <stddef.h>
#include <time.h>

#include "base/clock.h"

#define MOMENT_SECONDS 0.005
#define SLICE_SECONDS  0.02

static struct {
	bool (*is_over)(void *to);
	void *to;
} end;

void wait_set_over(bool (*is_over)(void *to), void *to)
{
	end.is_over = is_over;
	end.to = to;
}

bool wait_is_over(void)
{
	return end.is_over && end.is_over(end.to);
}

double wait_slice(void)
{
	return end.is_over ? SLICE_SECONDS : -1;
}

bool wait_moment(double deadline)
{
	const struct timespec pause = {.tv_nsec = (long)(MOMENT_SECONDS * 1e9)};

	if (clock_now() >= deadline || wait_is_over())
		return false;
	(void)nanosleep(&pause, NULL);
	return true;
}
