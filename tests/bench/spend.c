/* SPDX-License-Identifier: Apache-2.0 */
/* What a command costs, without what it costs whoever asks to start it.
 *
 *   spend RUNS COMMAND...
 *
 * Each run is a line on standard output: wall time and processor time (user and system, with what
 * its children took) in microseconds, the peak of its memory in KiB, the exit status. What the
 * command prints is thrown away; complaints stay.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double microseconds_now(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double microseconds_of(const struct rusage *used)
{
	return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1e6 +
	       (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
}

/* One run; 0, or an error number. */
static int spend_once(char **command, const posix_spawn_file_actions_t *silence)
{
	struct rusage used = {0};
	double start = microseconds_now();
	int status = 0;
	pid_t pid = 0;
	int r = posix_spawnp(&pid, command[0], silence, NULL, command, environ);

	if (r != 0)
		return r;
	if (wait4(pid, &status, 0, &used) != pid)
		return errno;
	(void)printf("%.1f %.0f %ld %d\n", microseconds_now() - start,
		     microseconds_of(&used), used.ru_maxrss,
		     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t silence;
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	int r = EINVAL;

	if (runs > 0 && posix_spawn_file_actions_init(&silence) == 0)
		r = posix_spawn_file_actions_addopen(&silence, 1, "/dev/null", O_WRONLY, 0);
	while (r == 0 && runs-- > 0)
		r = spend_once(argv + 2, &silence);
	if (r != 0)
		(void)fprintf(stderr, "spend RUNS COMMAND...: %s\n", strerror(r));
	return r != 0 || fflush(stdout) != 0;
}
