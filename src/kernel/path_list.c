/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/path_walk.h"
#include "kernel/syscalls.h"

/*
 * The names of a directory, by getdents(2) alone: readdir(3) would ask for the descriptor's
 * kind and flags as well, which with each bind are as many calls as the rest.
 */
struct names {
	int fd;
	ssize_t size;
	ssize_t at;
	char bytes[4096] __attribute__((aligned(8)));
};

/* The next name but "." and ".."; NULL with *r 0 at the end, or -errno. */
static const char *next_name(struct names *names, int *r)
{
	*r = 0;
	for (;;) {
		const struct shim_dirent *entry = NULL;

		if (names->at == names->size) {
			names->at = 0;
			names->size = shim_getdents(names->fd, names->bytes,
						    sizeof(names->bytes));
			if (names->size <= 0)
				break;
		}
		entry = (const struct shim_dirent *)(names->bytes + names->at);
		names->at += entry->length;
		if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
			return entry->name;
	}
	*r = names->size < 0 ? -errno : 0;
	names->size = 0;
	return NULL;
}

/* Whether there are more names than `most`; from the beginning. *r: 0 or -errno. */
static bool has_more_than(struct names *names, size_t most, int *r)
{
	size_t n = 0;

	while (n <= most && next_name(names, r))
		n++;
	names->size = names->at = 0;
	return n > most && lseek(names->fd, 0, SEEK_SET) == 0;
}

static int list_names(struct names *names, char *text, size_t size)
{
	const char *name = NULL;
	size_t used = 0;
	int n = 0;
	int r = 0;

	while (n < LIST_NAMES && (name = next_name(names, &r))) {
		int length = snprintf(text + used, size - used, "%s'%s'", n > 0 ? ", " : "",
				      name);

		used += (size_t)length < size - used ? (size_t)length : size - used - 1;
		n++;
	}
	if (name && next_name(names, &r))
		(void)snprintf(text + used, size - used, " and more");
	return n == 0 ? r : n;
}

static int list_directory(int open_fd, size_t n_ignored, char *text, size_t size)
{
	struct names names = {.fd = open_fd};
	int r = 0;

	if (n_ignored > 0 && !has_more_than(&names, n_ignored, &r))
		return r;
	return list_names(&names, text, size);
}

int list_content(int fd, size_t n_ignored, char *text, size_t size)
{
	scoped_fd int open_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	text[0] = '\0';
	if (open_fd >= 0)
		return list_directory(open_fd, n_ignored, text, size);
	if (errno != ENOTDIR || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	(void)snprintf(text, size, "%lld bytes", (long long)st.st_size);
	return 1;
}
