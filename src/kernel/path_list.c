/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "kernel/path_walk.h"

static void close_directory(DIR *const *dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static const struct dirent *next_name(DIR *dir)
{
	const struct dirent *entry = NULL;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry &&
		 (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry;
}

/* How many names there are, but no more than `most`. */
static size_t count_names(DIR *dir, size_t most)
{
	size_t n = 0;

	while (n < most && next_name(dir))
		n++;
	return n;
}

static int list_names(DIR *dir, char *text, size_t size)
{
	const struct dirent *entry = NULL;
	size_t used = 0;
	int n = 0;

	while (n < LIST_NAMES && (entry = next_name(dir))) {
		int length = snprintf(text + used, size - used, "%s'%s'", n > 0 ? ", " : "",
				      entry->d_name);

		used += (size_t)length < size - used ? (size_t)length : size - used - 1;
		n++;
	}
	if (entry && next_name(dir))
		(void)snprintf(text + used, size - used, " and more");
	return n == 0 && errno != 0 ? -errno : n;
}

static int list_directory(int fd, size_t n_ignored, char *text, size_t size)
{
	__attribute__((cleanup(close_directory))) DIR *dir = NULL;
	scoped_fd int open_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (open_fd < 0)
		return -errno;
	dir = fdopendir(open_fd);
	if (!dir)
		return -errno;
	(void)steal_fd(&open_fd);
	if (n_ignored > 0 && count_names(dir, n_ignored + 1) <= n_ignored)
		return -errno;
	rewinddir(dir);
	return list_names(dir, text, size);
}

int list_content(int fd, size_t n_ignored, char *text, size_t size)
{
	struct stat st;

	text[0] = '\0';
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return list_directory(fd, n_ignored, text, size);
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	(void)snprintf(text, size, "%lld bytes", (long long)st.st_size);
	return 1;
}
