/* SPDX-License-Identifier: Apache-2.0 */
/* How long a bind stays writable that somebody keeps watch over.
 *
 *   undo PLACE MILLISECONDS TARGET...
 *
 * PLACE/d/TARGET is made writable, and looked at until it is read-only again: a line of
 * microseconds for each, and a pause after it. What is writable after ten seconds is given up: a
 * line of these.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "kernel/call_numbers.h"
#include "kernel/syscalls.h"

#define PATIENCE 1e7 /* microseconds */

static double microseconds_now(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* How long it took; -1 with errno. */
static double time_mend(const char *target)
{
	const struct shim_mount_attr writable = {.attr_clr = 1}; /* MOUNT_ATTR_RDONLY */
	double start = microseconds_now();
	struct statvfs seen = {0};

	if (syscall(SYS_mount_setattr, AT_FDCWD, target, 0, &writable, sizeof(writable)) <
	    0)
		return -1;
	while (statvfs(target, &seen) == 0 && !(seen.f_flag & ST_RDONLY)) {
		if (microseconds_now() - start > PATIENCE)
			return PATIENCE;
		(void)sched_yield();
	}
	return microseconds_now() - start;
}

int main(int argc, char **argv)
{
	long pause = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
	const struct timespec rest = {pause / 1000, pause % 1000 * 1000000};
	char target[PATH_MAX];

	for (int i = 3; i < argc; i++) {
		double took = 0;

		(void)snprintf(target, sizeof(target), "%s/d/%s", argv[1], argv[i]);
		took = time_mend(target);
		if (took < 0) {
			(void)fprintf(stderr, "undo: %s: %s\n", target, strerror(errno));
			return 1;
		}
		(void)printf("%.1f\n", took);
		(void)nanosleep(&rest, NULL);
	}
	return fflush(stdout) != 0;
}
