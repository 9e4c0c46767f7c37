/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_dots(const char *name, size_t length)
{
	return (length == 1 && name[0] == '.') ||
	       (length == 2 && name[0] == '.' && name[1] == '.');
}

static const char *fault_of(const char *path, size_t length)
{
	if (length == 0)
		return "must not be empty";
	if (memchr(path, '\0', length))
		return "must not hold a NUL byte";
	if (path[0] != '/')
		return "must be an absolute path";
	if (length >= PATH_MAX)
		return "must be shorter than 4096 bytes";
	return NULL;
}

char *path_normalise(const char *path, size_t length, struct path_fault *fault)
{
	const char *end = path + length;
	char *normal = NULL;
	size_t used = 0;

	fault->must = fault_of(path, length);
	if (fault->must)
		return NULL;
	normal = malloc(length + 1);
	if (!normal)
		return NULL;
	for (const char *name = path; name < end;) {
		const char *slash = memchr(name, '/', (size_t)(end - name));
		size_t n = (size_t)((slash ? slash : end) - name);

		if (is_dots(name, n)) {
			fault->must = "must not hold '.' or '..'";
			free(normal);
			return NULL;
		}
		if (n > 0) {
			normal[used++] = '/';
			memcpy(normal + used, name, n);
			used += n;
		}
		name += n + 1;
	}
	if (used == 0)
		normal[used++] = '/';
	normal[used] = '\0';
	return normal;
}

const char *path_rest(const char *path, const char *above)
{
	size_t n = strlen(above);

	if (n == 1)
		return path + 1;
	if (strncmp(path, above, n) != 0)
		return NULL;
	if (path[n] == '\0')
		return path + n;
	return path[n] == '/' ? path + n + 1 : NULL;
}

bool path_is_below(const char *path, const char *above)
{
	const char *rest = path_rest(path, above);

	return rest && rest[0] != '\0';
}

bool path_to_parent(char *path)
{
	char *slash = strrchr(path, '/');

	if (path[1] == '\0')
		return false;
	slash[slash == path] = '\0';
	return true;
}

bool path_leads_nowhere(int r)
{
	return r == -ENOENT || r == -ENOTDIR || r == -ELOOP;
}

size_t path_depth(const char *path)
{
	size_t depth = 0;

	if (path[1] == '\0')
		return 0;
	for (; *path != '\0'; path++)
		depth += *path == '/';
	return depth;
}

char *path_join(const char *above, const char *rest)
{
	size_t n = strlen(above);
	size_t m = strlen(rest);
	char *joined = NULL;

	if (n == 1)
		n = 0; /* "/" brings no component of its own */
	joined = malloc(n + m + 2);
	if (!joined)
		return NULL;
	memcpy(joined, above, n);
	if (m > 0 || n == 0)
		joined[n++] = '/';
	memcpy(joined + n, rest, m + 1);
	return joined;
}
