/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For LD_PRELOAD: the Nth allocation of a program fails, whoever asks for it, and those of its
 * children as they count on.
 *
 *   FAIL_MEMORY=N        that one alone; N+ those behind it, too
 *   FAIL_MEMORY_COUNT=FILE  how many there were is written there, when the program ends
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, beneath those that are replaced here. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static unsigned long nth, seen;
static bool from_then_on;
static pid_t owner;
static char report[4096];

__attribute__((constructor)) static void begin(void)
{
	const char *asked = getenv("FAIL_MEMORY");
	const char *file = getenv("FAIL_MEMORY_COUNT");
	char *end = NULL;

	owner = getpid();
	if (file && strlen(file) < sizeof(report))
		(void)snprintf(report, sizeof(report), "%s", file);
	seen = 0;
	nth = asked ? strtoul(asked, &end, 10) : 0;
	from_then_on = end && *end == '+';
}

__attribute__((destructor)) static void end(void)
{
	int fd = -1;

	nth = 0;
	if (getpid() != owner || report[0] == '\0')
		return;
	fd = open(report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd >= 0)
		(void)dprintf(fd, "%lu\n", seen);
}

static bool fails(void)
{
	seen++;
	if (nth == 0 || seen < nth || (seen > nth && !from_then_on))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t all = 0;

	if (fails() || __builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(p, all);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	*ret = fails() ? NULL : __libc_memalign(align, size);
	return *ret ? 0 : ENOMEM;
}
