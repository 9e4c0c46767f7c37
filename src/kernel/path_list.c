#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/path_walk.h"

static void close_directory(DIR *const *dir)
{
	if (*dir)
		(void)closedir(*dir);
}

int list_is_empty(int fd)
{
	__attribute__((cleanup(close_directory))) DIR *dir = NULL;
	scoped_fd int open_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry = NULL;

	if (open_fd < 0)
		return -errno;
	dir = fdopendir(open_fd);
	if (!dir)
		return -errno;
	(void)steal_fd(&open_fd);
	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry &&
		 (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	if (!entry && errno != 0)
		return -errno;
	return !entry;
}
