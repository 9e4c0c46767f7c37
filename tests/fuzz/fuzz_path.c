/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: two of them, apart by a NUL byte. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "input.h"

/* The normal form, made another way: component by component. NULL where there is none. */
static char *plain_normal(const char *path, size_t length)
{
	char *copy = strndup(path, length);
	char *normal = calloc(1, length + 2);
	char *rest = NULL;
	size_t used = 0;

	MUST(copy && normal);
	if (path[0] != '/' || length >= PATH_MAX || strlen(copy) != length)
		rest = normal;
	for (char *name = rest ? NULL : strtok_r(copy, "/", &rest); name;
	     name = strtok_r(NULL, "/", &rest)) {
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
			normal[0] = '\0';
			free(copy);
			free(normal);
			return NULL;
		}
		normal[used++] = '/';
		memcpy(normal + used, name, strlen(name));
		used += strlen(name);
	}
	free(copy);
	if (rest == normal) {
		free(normal);
		return NULL;
	}
	if (used == 0)
		normal[0] = '/';
	return normal;
}

static char *check_normal(const char *path, size_t length)
{
	struct path_fault fault = {0};
	char *normal = path_normalise(path, length, &fault);
	char *plain = plain_normal(path, length);

	MUST(!normal == !plain && !normal == (fault.must != NULL));
	if (normal) {
		char *again = path_normalise(normal, strlen(normal), &fault);

		MUST(strcmp(normal, plain) == 0 && again && strcmp(again, normal) == 0);
		free(again);
	}
	free(plain);
	return normal;
}

/* Up to the root in as many steps as it is deep. */
static void check_parents(const char *path)
{
	char *at = strdup(path);
	size_t depth = path_depth(path);
	size_t steps = 0;

	MUST(at);
	while (path_to_parent(at)) {
		steps++;
		MUST(path_is_below(path, at) && path_depth(at) == depth - steps);
	}
	MUST(strcmp(at, "/") == 0 && steps == depth);
	free(at);
}

static void check_two(const char *path, const char *above)
{
	const char *rest = path_rest(path, above);
	char *joined = path_join(above, path + 1);
	char *whole = rest ? path_join(above, rest) : NULL;

	MUST(joined && path_rest(joined, above) &&
	     strcmp(path_rest(joined, above), path + 1) == 0);
	MUST(path_is_below(path, above) == (rest && rest[0] != '\0'));
	MUST(!rest || (whole && strcmp(whole, path) == 0));
	MUST(strcmp(path, above) != 0 || (rest && rest[0] == '\0'));
	MUST(!path_is_below(path, above) || !path_is_below(above, path));
	free(joined);
	free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	size_t length = 0;
	char *first = input_text(&in);
	char *second = input_rest(&in, &length);
	char *path = check_normal(first, strlen(first));
	char *above = check_normal(second, length);

	if (path)
		check_parents(path);
	if (path && above) {
		check_two(path, above);
		check_two(above, path);
	}
	free(path);
	free(above);
	free(first);
	free(second);
	return 0;
}
