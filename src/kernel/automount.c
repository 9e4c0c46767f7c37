/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/automount.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/macro.h"
#include "mount/option_list.h"

#define TABLE_PATH "/proc/self/mountinfo"

static struct known {
	struct automount *items;
	size_t count;
} known;

void sys_automounts_done(void)
{
	free(known.items);
	known = (struct known){0};
}

/* Whether the options after the source have this word. */
static bool has_option(const char *source, const char *word)
{
	const char *options = source + strcspn(source, " ");
	struct mount_option option = {0};

	options += strspn(options, " ");

	while (mount_option_next(&options, &option)) {
		if (mount_option_is(&option, word))
			return true;
	}
	return false;
}

/*
 * ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [FIELD...] - autofs SOURCE OPTIONS, where blanks
 * in a part are escaped.
 */
bool automount_read_line(const char *line, struct automount *ret)
{
	static const char type[] = " - autofs ";
	static const char systemd[] = "systemd-1 "; /* its process id */
	const char *source = strstr(line, type);
	unsigned major = 0;
	unsigned minor = 0;

	if (!source || sscanf(line, "%*u %*u %u:%u", &major, &minor) != 2)
		return false;
	source += sizeof(type) - 1;
	*ret = (struct automount){
		.superblock = (uint64_t)major << 32 | minor,
		.is_map = has_option(source, "indirect"),
		.is_of_systemd = strncmp(source, systemd, sizeof(systemd) - 1) == 0,
	};
	return true;
}

static int by_superblock(const void *a, const void *b)
{
	const struct automount *x = a;
	const struct automount *y = b;

	return (x->superblock > y->superblock) - (x->superblock < y->superblock);
}

/* Where it is, or would have to be put. */
static size_t place_of(const struct automount *key)
{
	return ARRAY_LOWER_BOUND(known.items, known.count, key, by_superblock);
}

static bool is_at(size_t i, const struct automount *key)
{
	return i < known.count && known.items[i].superblock == key->superblock;
}

/* 0, also where there is no table; or -ENOMEM. */
static int read_table(void)
{
	FILE *file = fopen(TABLE_PATH, "re");
	char *line = NULL;
	size_t size = 0;
	int r = 0;

	sys_automounts_done();
	while (r == 0 && file && getline(&line, &size, file) > 0) {
		struct automount found = {0};

		line[strcspn(line, "\n")] = '\0';
		if (!automount_read_line(line, &found))
			continue;
		if (ARRAY_RESERVE(known.items, known.count, 1) < 0)
			r = -ENOMEM;
		else
			known.items[known.count++] = found;
	}
	free(line);
	if (file)
		(void)fclose(file);
	if (known.count > 1)
		qsort(known.items, known.count, sizeof(*known.items), by_superblock);
	return r;
}

/* What the table does not tell of it is not asked for again. */
static int put_unknown(size_t i, const struct automount *automount)
{
	if (ARRAY_RESERVE(known.items, known.count, 1) < 0)
		return -ENOMEM;
	memmove(&known.items[i + 1], &known.items[i],
		(known.count - i) * sizeof(*known.items));
	known.items[i] = *automount;
	known.count++;
	return 0;
}

int sys_automount(uint64_t superblock, struct automount *ret)
{
	const struct automount key = {.superblock = superblock};
	size_t i = place_of(&key);
	int r = 0;

	if (!is_at(i, &key)) {
		r = read_table();
		i = place_of(&key);
	}
	if (r == 0 && !is_at(i, &key))
		r = put_unknown(i, &key);
	if (r == 0)
		*ret = known.items[i];
	return r;
}
