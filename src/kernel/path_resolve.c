/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symlinks are replaced by what they name one by one, always the first; so the place of an
 * unresponsive file system is known, and what lies behind an automount is not asked for in
 * check mode.
 */
#include <errno.h>
#include <limits.h>
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

/* Where a walk stopped: what is above leads through no symlink, and is a directory. */
struct component {
	size_t above; /* bytes of the path; 0: the root directory */
	const char *name;
	size_t length;
	const char *rest; /* from the next slash on */
};

static struct component component_at(const char *path, size_t walked)
{
	struct component c = {.above = walked > 1 ? walked : 0};

	c.name = path + c.above + 1;
	c.length = strcspn(c.name, "/");
	c.rest = c.name + c.length;
	return c;
}

static bool is_dots(const struct component *c)
{
	return c->length <= 2 && strncmp(c->name, "..", c->length) == 0;
}

/* ".." goes up from a real directory, "." and a doubled slash nowhere. */
static char *follow_dots(const char *path, const struct component *c)
{
	size_t above = c->above;
	char *whole = NULL;

	while (c->length == 2 && above > 0 && path[--above] != '/')
		;
	if (above == 0 && c->rest[0] == '\0')
		return strdup("/");
	return asprintf(&whole, "%.*s%s", (int)above, path, c->rest) < 0 ? NULL : whole;
}

static char *follow_link(const char *path, const struct component *c)
{
	scoped_mem char *link = strndup(path, (size_t)(c->rest - path));
	char text[PATH_MAX];
	ssize_t n = link ? readlink(link, text, sizeof(text) - 1) : -1;
	char *whole = NULL;

	if (n < 0)
		return NULL;
	text[n] = '\0';
	return asprintf(&whole, "%.*s/%s%s", text[0] == '/' ? 0 : (int)c->above, path, text,
			c->rest) < 0
		       ? NULL
		       : whole;
}

int links_resolve(const struct worker_request *ask, struct worker_reply *said,
		  struct walk_progress *progress)
{
	scoped_mem char *path = strdup(ask->path);
	size_t n_asked = strlen(ask->path); /* bytes at the end that no symlink gave */

	for (unsigned i = 0; path && i < REWRITES_MAX; i++) {
		scoped_fd int fd =
			walk_open(path, ask->trigger ? TRIGGER_ABOVE : TRIGGER_NONE,
				  progress);
		struct component c = {0};
		size_t n_rest = 0;
		char *next = NULL;

		if (fd >= 0 || fd == -EREMOTE)
			return copy_text(said, path);
		if (fd != -ENOENT && fd != -ELOOP)
			return fd;
		c = component_at(path, progress->length);
		n_rest = strlen(c.rest);
		/* The end of the path may be missing, but not what a symlink names. */
		if (fd == -ENOENT)
			return ask->dangles || strlen(c.name) <= n_asked
				       ? copy_text(said, path)
				       : fd;
		next = is_dots(&c) ? follow_dots(path, &c) : follow_link(path, &c);
		if (!next)
			return -errno;
		n_asked = n_rest < n_asked ? n_rest : n_asked;
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
