/* SPDX-License-Identifier: Apache-2.0 */
/* The text of /proc/PID/cgroup. */
#include <stdlib.h>
#include <string.h>

#include "kernel/cgroup.h"
#include "input.h"

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text);
	size_t m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static bool is_unit(const char *name)
{
	return ends_with(name, ".service") || ends_with(name, ".socket") ||
	       ends_with(name, ".mount") || ends_with(name, ".swap") ||
	       ends_with(name, ".scope");
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Lines that name nobody, before and behind, change nothing. */
static void check_with_more(const char *text, const struct cgroup *known)
{
	struct cgroup found = {0};
	size_t n = strlen(text);
	char *more = malloc(n + 32);

	MUST(more);
	memcpy(more, "1:cpu:/\n", 8);
	memcpy(more + 8, text, n);
	memcpy(more + 8 + n, "\nx\n0::/\n", 9);
	MUST(cgroup_read(more, NULL, &found) == 0);
	MUST(is_same(found.unit, known->unit) &&
	     is_same(found.container, known->container));
	MUST(found.is_service == known->is_service);
	cgroup_done(&found);
	free(more);
}

/* From within the container it is none. */
static void check_within(const char *text, const char *own)
{
	struct cgroup found = {0};

	MUST(cgroup_read(text, own, &found) == 0);
	MUST(!found.container || strcmp(found.container, own) != 0);
	cgroup_done(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct cgroup found = {0};
	char *text = input_text(&in);

	MUST(cgroup_read(text, NULL, &found) == 0);
	/* What nobody wrote there is not told. */
	if (found.unit)
		MUST(is_unit(found.unit) && strstr(text, found.unit) &&
		     !strpbrk(found.unit, "/\n"));
	if (found.container)
		MUST((strchr(text, '\\') || strstr(text, found.container)));
	MUST(!found.is_service || (found.unit && strncmp(found.unit, "user@", 5) != 0));
	check_with_more(text, &found);
	if (found.container)
		check_within(text, found.container);
	cgroup_done(&found);
	free(text);
	return 0;
}
