/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/source_mount.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/hash_table.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "fstab/bind_options.h"
#include "fstab/line.h"

/* What parts fields, options or quotes for one of those who read fstab. */
#define ENCODED " \t\n\r\v\f,\"'\\%#"

int source_mount_word(const struct source_mount *asked, char **ret)
{
	struct strbuf word = {0};

	*ret = NULL;
	if (!asked->is_asked && !asked->is_any)
		return 0;
	strbuf_add(&word, SOURCE_MOUNT_WORD);
	if (asked->is_any)
		strbuf_add(&word, "=any");
	else if (asked->path)
		strbuf_add(&word, "=");
	for (const char *p = asked->is_asked ? asked->path : NULL; p && *p != '\0'; p++) {
		if (strchr(ENCODED, *p))
			strbuf_addf(&word, "%%%02X", (unsigned char)*p);
		else
			strbuf_add_bytes(&word, p, 1);
	}
	*ret = strbuf_steal(&word);
	return *ret ? 0 : -1;
}

/* Undo %XX in place; what is none stays as it is. Returns the new length. */
static size_t decode(char *text)
{
	size_t n = 0;

	for (const char *p = text; *p != '\0'; n++) {
		if (p[0] == '%' && isxdigit((unsigned char)p[1]) &&
		    isxdigit((unsigned char)p[2])) {
			const char hex[] = {p[1], p[2], '\0'};

			text[n] = (char)strtoul(hex, NULL, 16);
			p += 3;
		} else {
			text[n] = *p++;
		}
	}
	text[n] = '\0';
	return n;
}

static int read_value(const char *value, size_t length, struct source_mount *ret)
{
	scoped_mem char *text = strndup(value, length);
	struct path_fault fault = {0};
	struct source_mount found = {.is_asked = true};

	if (!text)
		return -1;
	if (strcmp(text, "any") == 0) {
		found = (struct source_mount){.is_any = true};
	} else {
		found.path = path_normalise(text, decode(text), &fault);
		if (!found.path && !fault.must)
			return -1;
	}
	free(ret->path);
	*ret = found;
	return 0;
}

int source_mount_of_line(const struct fstab_entry *entry, struct source_mount *ret)
{
	const char *at = entry->options;
	size_t prefix = strlen(SOURCE_MOUNT_WORD "=");
	struct mount_option word = {0};
	struct source_mount found = {0};

	while (mount_option_next(&at, &word)) {
		if (mount_option_is(&word, SOURCE_MOUNT_WORD)) {
			free(found.path);
			found = (struct source_mount){.is_asked = true};
		} else if (mount_option_begins(&word, SOURCE_MOUNT_WORD "=") &&
			   read_value(word.text + prefix, word.length - prefix, &found) <
				   0) {
			free(found.path);
			return -1;
		}
	}
	*ret = found;
	return 0;
}

/* Whether the host mounts it by itself, so that it is missing where it is not mounted. */
static bool is_due(const struct fstab_entry *entry, const void *arg)
{
	(void)arg;
	return strcmp(entry->place, "/") != 0 && strcmp(entry->type, "swap") != 0 &&
	       (!line_look(entry).is_noauto ||
		strstr(entry->options, "x-systemd.automount") != NULL);
}

bool *fstab_mount_points(const struct fstab *fstab)
{
	bool *points = calloc(fstab->n_entries + 1, sizeof(*points));

	for (size_t i = 0; points && i < fstab->n_entries; i++)
		points[i] = line_first_from(fstab, i, is_due, NULL) != FSTAB_NONE;
	return points;
}

static bool is_due_and_no_bind(const struct fstab_entry *entry, const void *arg)
{
	return is_due(entry, arg) && !line_look(entry).is_bind;
}

void fstab_forget_binds(const struct fstab *fstab, bool *points, const char *place)
{
	size_t i = hash_table_get(&fstab->places, place, strlen(place));

	if (i != HASH_TABLE_NONE)
		points[i] =
			line_first_from(fstab, i, is_due_and_no_bind, NULL) != FSTAB_NONE;
}

/* What is looked for: a mount point of `fstab`, but not that of the bind at `except`. */
struct search_above {
	const struct fstab *fstab;
	const bool *points;
	const char *except;
};

static bool is_meant(size_t i, const void *arg)
{
	const struct search_above *search = arg;

	return search->points[i] &&
	       !(search->except &&
		 strcmp(search->fstab->entries[i].place, search->except) == 0);
}

const char *fstab_mount_above(const struct fstab *fstab, const bool *points,
			      const char *path, const char *except)
{
	const struct search_above search = {fstab, points, except};
	size_t i = hash_table_get_at_or_above(&fstab->places, path, is_meant, &search);

	return i == HASH_TABLE_NONE ? NULL : fstab->entries[i].place;
}
