/* SPDX-License-Identifier: Apache-2.0 */
#include "request/passed_over.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/path.h"
#include "fstab/line.h"
#include "mount/option_list.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* With a value, which some mount(8) take for the flag and others for nothing. */
static bool has_ro_with_value(const struct fstab_entry *entry)
{
	const char *at = entry->options;
	struct mount_option word = {0};
	bool has = false;

	while (mount_option_next(&at, &word))
		has |= mount_option_begins(&word, "ro=");
	return has;
}

/* Of its paths. Returns 1 when there is one, 0, or -1 when there is no memory. */
static int find_path_fault(const struct fstab_entry *entry, struct passed_line *ret)
{
	struct path_fault fault = {0};
	char *source = NULL;

	if (strncmp(entry->source, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
		ret->who = "a byte order mark before it";
		ret->must = "must go";
		return 1;
	}
	source = path_normalise(entry->source, strlen(entry->source), &fault);
	free(source);
	if (!source && !fault.must)
		return -1;
	ret->who = source ? "its target" : "its source";
	ret->must = fault.must;
	if (source && !entry->place)
		ret->must = "must be an absolute path";
	else if (source && strcmp(entry->place, "/") == 0)
		ret->must = "must not be the root directory";
	return ret->must != NULL;
}

static int find_fault(const struct fstab_entry *entry, const struct line_info *line,
		      struct passed_line *ret)
{
	int r = find_path_fault(entry, ret);

	if (r != 0)
		return r;
	ret->who = "'ro' with a value, which mount(8) before 2.39 does not know,";
	ret->must = "must be 'ro' alone";
	return !line->is_read_only;
}

/* As passed_over_add(), of what was found. */
static int note(struct passed_over *passed, const struct fstab_entry *entry,
		struct passed_line found)
{
	if (passed->n_all++ >= PASSED_OVER_TOLD)
		return 1;
	found.line = entry->line;
	found.target = strdup(entry->target);
	if (!found.target || ARRAY_RESERVE(passed->items, passed->count, 1) < 0) {
		free(found.target);
		return -1;
	}
	passed->items[passed->count++] = found;
	return 1;
}

int passed_over_add(struct passed_over *passed, const struct fstab_entry *entry,
		    bool ours_only)
{
	const struct line_info line = line_look(entry);
	struct passed_line found = {0};
	int r = 0;

	if (!line.is_bind || line.is_noauto || (ours_only && !line.is_ours) ||
	    (!line.is_read_only && !has_ro_with_value(entry)))
		return 0;
	r = find_fault(entry, &line, &found);
	return r > 0 ? note(passed, entry, found) : r;
}

int passed_over_add_path(struct passed_over *passed, const struct fstab_entry *entry)
{
	struct passed_line found = {0};
	int r = find_path_fault(entry, &found);

	return r > 0 ? note(passed, entry, found) : r;
}

void passed_over_done(struct passed_over *passed)
{
	for (size_t i = 0; i < passed->count; i++)
		free(passed->items[i].target);
	free(passed->items);
	*passed = (struct passed_over){0};
}
