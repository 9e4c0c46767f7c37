/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab_reading.h"

#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "kernel/fd.h"

static char *copy(const char *text)
{
	char *copied = strdup(text ? text : "");

	MUST(copied);
	return copied;
}

/* A line that cannot be read is passed over, and so are those after it read. */
static int pass_over(struct libmnt_table *table, const char *name, int line)
{
	(void)table;
	(void)name;
	(void)line;
	return 1;
}

struct reading reading_of(const char *text, size_t size)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs = NULL;
	struct reading ret = {0};

	MUST(table && iter);
	mnt_table_set_parser_errcb(table, pass_over);
	/* Only this call knows without a guess what the file is. */
	MUST(mnt_table_parse_fstab(table, sys_fd_path(input_file(text, size)).text) == 0);
	ret.lines = calloc((size_t)mnt_table_get_nents(table) + 1, sizeof(*ret.lines));
	MUST(ret.lines);
	while (mnt_table_next_fs(table, iter, &fs) == 0)
		ret.lines[ret.count++] =
			(struct reading_line){.source = copy(mnt_fs_get_source(fs)),
					      .target = copy(mnt_fs_get_target(fs)),
					      .type = copy(mnt_fs_get_fstype(fs)),
					      .options = copy(mnt_fs_get_options(fs))};
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return ret;
}

void reading_done(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		free(reading->lines[i].source);
		free(reading->lines[i].target);
		free(reading->lines[i].type);
		free(reading->lines[i].options);
	}
	free(reading->lines);
	*reading = (struct reading){0};
}

bool reading_line_is(const struct reading_line *a, const struct reading_line *b)
{
	return strcmp(a->source, b->source) == 0 && strcmp(a->target, b->target) == 0 &&
	       strcmp(a->type, b->type) == 0 && strcmp(a->options, b->options) == 0;
}

void reading_must_be(const struct reading *reading, const struct fstab *fstab)
{
	for (size_t i = 0; i < fstab->n_entries && i < reading->count; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];
		const struct reading_line ours = {entry->source, entry->target, entry->type,
						  entry->options};

		MUST_SAY(
			reading_line_is(&ours, &reading->lines[i]),
			"line %zu: '%s' '%s' '%s' '%s', but for libmount '%s' '%s' '%s' '%s'",
			entry->line, ours.source, ours.target, ours.type, ours.options,
			reading->lines[i].source, reading->lines[i].target,
			reading->lines[i].type, reading->lines[i].options);
	}
	MUST_SAY(reading->count == fstab->n_entries, "%zu lines, but for libmount %zu",
		 fstab->n_entries, reading->count);
}

unsigned long reading_flags(const struct reading_line *line)
{
	unsigned long flags = 0;

	MUST(mnt_optstr_get_flags(line->options, &flags,
				  mnt_get_builtin_optmap(MNT_LINUX_MAP)) == 0);
	return flags;
}

bool reading_is_recursive(const struct reading_line *line)
{
	char *rest = line->options;
	char *name = NULL;
	char *value = NULL;
	size_t length = 0;
	size_t value_length = 0;

	/*
	 * MS_REC would be of "rprivate" as well, which concerns the propagation alone; and
	 * with a value it is no option that libmount knows.
	 */
	while (mnt_optstr_next_option(&rest, &name, &length, &value, &value_length) == 0) {
		if (length == strlen("rbind") && strncmp(name, "rbind", length) == 0 &&
		    value_length == 0)
			return true;
	}
	return false;
}
