/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swap_paths A B: exchange what the two names stand for, again and again, until the
 * standard input ends; then put them as they were. A is itself most of the time, so that
 * whoever walks through it comes some way before it is another thing. Prints how often it
 * did.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define EXCHANGE 2u /* RENAME_EXCHANGE */

/* Busy is a source while the old mount lies on top of a new one that shows it. */
static void exchange(const char *a, const char *b)
{
	while (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, EXCHANGE) < 0) {
		if (errno == EBUSY)
			continue;
		perror("renameat2");
		exit(1);
	}
}

/* Up to `most` microseconds; often none at all. */
static void rest(unsigned most)
{
	unsigned us = (unsigned)rand() % most;
	const struct timespec pause = {.tv_nsec = (long)us * 1000};

	if (us > most / 4)
		(void)nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	unsigned long count = 0;

	if (argc != 3)
		return 1;
	for (; poll(&input, 1, 0) == 0; count++) {
		exchange(argv[1], argv[2]);
		rest(400);
		exchange(argv[1], argv[2]);
		rest(3000);
	}
	return printf("%lu\n", count) < 0;
}
