/*
 * Symlinks are replaced by what they name one by one, always the first; so the place of a
 * unresponsive file system is known, and what lies behind an automount is not asked for in
 * check mode.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/path_walk.h"

#define REWRITES_MAX 255u

static int copy_text(struct worker_reply *said, const char *text)
{
	size_t n = strlen(text);

	if (n >= sizeof(said->text))
		return -ENAMETOOLONG;
	memcpy(said->text, text, n + 1);
	while (n > 1 && said->text[n - 1] == '/')
		said->text[--n] = '\0';
	/* Of what is not there yet: only a real directory can say what ".." is. */
	return strstr(text, "/../") ? -ENOENT : 0;
}

/* What the name stands for, where all of `path` before it leads through no symlink. */
static char *expand(const char *path, size_t before, size_t end)
{
	scoped_mem char *link = strndup(path, end);
	scoped_mem char *above = strndup(path, before > 1 ? before : 0);
	const char *name = path + (before > 1 ? before : 0) + 1;
	char text[PATH_MAX];
	ssize_t n = 0;
	char *whole = NULL;

	if (!link || !above)
		return NULL;
	if (strncmp(name, "..", (size_t)(path + end - name)) == 0) {
		/* ".." goes up from a real directory, "." nowhere. */
		if (path + end - name == 2 && above[0] != '\0')
			*strrchr(above, '/') = '\0';
		if (path[end] == '\0' && above[0] == '\0')
			return strdup("/");
		return asprintf(&whole, "%s%s", above, path + end) < 0 ? NULL : whole;
	}
	n = readlink(link, text, sizeof(text) - 1);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	if (text[0] == '/')
		above[0] = '\0';
	return asprintf(&whole, "%s/%s%s", above, text, path + end) < 0 ? NULL : whole;
}

int links_resolve(const struct worker_request *ask, struct worker_reply *said,
		  struct walk_progress *progress)
{
	scoped_mem char *path = strdup(ask->path);
	size_t from_link = 0; /* bytes at the start that a symlink gave, or led to */

	for (unsigned i = 0; path && i < REWRITES_MAX; i++) {
		scoped_fd int fd = walk_open(path, ask->trigger, progress);
		size_t before = progress->length;
		size_t end = 0;
		char *next = NULL;

		end = (before > 1 ? before : 0) + 1;
		/* The end of the path may be missing, but not what a symlink names. */
		if (fd >= 0 || fd == -EREMOTE || (fd == -ENOENT && end >= from_link))
			return copy_text(said, path);
		if (fd != -ELOOP)
			return fd;
		end += strcspn(path + end, "/");
		next = expand(path, before, end);
		if (!next)
			return -errno;
		from_link = strlen(next) - strlen(path + end) +
			    (from_link > end ? from_link - end : 0);
		free(path);
		path = next;
	}
	return path ? -ELOOP : -ENOMEM;
}

int links_find(const struct worker_request *ask, struct worker_reply *said)
{
	for (const char *end = ask->path; *end != '\0';) {
		struct stat st;

		end += 1 + strcspn(end + 1, "/");
		memcpy(said->text, ask->path, (size_t)(end - ask->path));
		said->text[end - ask->path] = '\0';
		if (lstat(said->text, &st) < 0)
			return -errno;
		if (S_ISLNK(st.st_mode))
			return 0;
	}
	return -ENOENT;
}
