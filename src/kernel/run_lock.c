/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/wait.h"
#include "kernel/failure.h"

#define LOCK_PATH "/run/robind.lock"

/* The process id that the holder wrote; 0 when there is none to read. */
static long holder(int fd)
{
	char text[24] = "";

	(void)!pread(fd, text, sizeof(text) - 1, 0);
	return strtol(text, NULL, 10);
}

static void write_holder(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	/* Only for the message of who waits; the lock itself is the kernel's. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)n, 0);
}

static int give_up(long pid, unsigned timeout, struct error *err)
{
	if (pid <= 0)
		return error_set(
			err, ERROR_LOCKED_OUT, ETIMEDOUT, PTR_ROOT,
			"'%s' was still locked after %u seconds, by a process that "
			"did not say which; see lslocks(8)",
			LOCK_PATH, timeout);
	return error_set(err, ERROR_LOCKED_OUT, ETIMEDOUT, PTR_ROOT,
			 "another robind (process %ld) was still at work after %u seconds; "
			 "wait for it, or raise \"timeout\"",
			 pid, timeout);
}

static int lock_failed(int number, struct error *err)
{
	const struct failure failure = {.call = CALL_LOCK_RUN,
					.number = number,
					.path = LOCK_PATH,
					.at = PTR_ROOT};

	return failure_set(err, &failure);
}

int lock_take(double deadline, unsigned timeout, int *ret, struct error *err)
{
	scoped_fd int fd = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return 0;
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return lock_failed(errno, err);
		if (!wait_moment(deadline))
			return give_up(holder(fd), timeout, err);
	}
	write_holder(fd);
	*ret = steal_fd(&fd);
	return 0;
}
