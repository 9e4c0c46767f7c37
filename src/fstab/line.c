/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "fstab/bind_options.h"

#define SET_PREFIX "x-robind.set="

const char *const fstab_type_names[FSTAB_TYPE_COUNT_] = {
	[FSTAB_TYPE_NONE] = "none",
	[FSTAB_TYPE_ROBIND] = "robind",
};

static enum fstab_type type_of(const struct fstab_entry *entry)
{
	bool is_robind = strcmp(entry->type, fstab_type_names[FSTAB_TYPE_ROBIND]) == 0;

	return is_robind ? FSTAB_TYPE_ROBIND : FSTAB_TYPE_NONE;
}

struct line_info line_look(const struct fstab_entry *entry)
{
	struct line_info have = {.type = type_of(entry)};
	const char *at = entry->options;
	struct mount_option word = {0};
	struct options_told told = {0};
	struct options_told certain = {0};
	bool is_rbind = false;
	bool is_recursive = false;

	while (mount_option_next(&at, &word)) {
		mount_option_tell(&word, &told);
		if (mount_option_is_certain(&word))
			mount_option_tell(&word, &certain);
		is_rbind = is_rbind || mount_option_is(&word, "rbind");
		is_recursive = is_recursive || mount_option_is(&word, "recursive");
		have.is_bind = have.is_bind || mount_option_is(&word, "bind") || is_rbind;
		have.is_ours = have.is_ours || mount_option_is(&word, "x-robind");
		if (have.set.length > 0 || !mount_option_begins(&word, SET_PREFIX))
			continue;
		have.is_ours = true;
		have.set.at = (size_t)(word.text - entry->options) + strlen(SET_PREFIX);
		have.set.length = word.length - strlen(SET_PREFIX);
	}
	have.is_recursive = have.is_bind ? is_rbind : is_recursive;
	have.is_bind = have.is_bind || have.type == FSTAB_TYPE_ROBIND;
	have.is_read_only = (told.value & MOUNT_FLAG_RDONLY) != 0;
	have.is_noauto = (told.value & OPTION_NOAUTO) != 0;
	have.is_nofail = (told.value & OPTION_NOFAIL) != 0;
	have.flags = options_flags(&certain);
	return have;
}

size_t line_first_from(const struct fstab *fstab, size_t i, line_is_meant *is_meant,
		       const void *arg)
{
	const char *place = fstab->entries[i].place;

	if (!place || fstab_find(fstab, place) != i)
		return FSTAB_NONE;
	while (i != FSTAB_NONE && !is_meant(&fstab->entries[i], arg))
		i = fstab_next(fstab, i, place);
	return i;
}

bool *line_firsts(const struct fstab *fstab, line_is_meant *is_meant, const void *arg)
{
	bool *firsts = calloc(fstab->n_entries + 1, sizeof(*firsts));

	for (size_t i = 0; firsts && i < fstab->n_entries; i++) {
		size_t at = line_first_from(fstab, i, is_meant, arg);

		if (at != FSTAB_NONE)
			firsts[at] = true;
	}
	return firsts;
}

/* From entry `i` on. */
static size_t skip_to_bind(const struct fstab *fstab, size_t i, const char *target)
{
	while (i != FSTAB_NONE && !line_look(&fstab->entries[i]).is_bind)
		i = fstab_next(fstab, i, target);
	return i;
}

size_t line_find_bind(const struct fstab *fstab, const char *target)
{
	return skip_to_bind(fstab, fstab_find(fstab, target), target);
}

size_t line_next_bind(const struct fstab *fstab, size_t i, const char *target)
{
	return skip_to_bind(fstab, fstab_next(fstab, i, target), target);
}

bool line_is_in_set(const struct fstab_entry *entry, const char *name)
{
	struct line_info have = line_look(entry);

	return have.set.length > 0 && have.set.length == strlen(name) &&
	       memcmp(entry->options + have.set.at, name, have.set.length) == 0;
}

/* The four fields that count, as they have to be written; NULL: as they are. */
struct fields {
	char *texts[FSTAB_FREQ];
};

static void fields_done(struct fields *fields)
{
	for (size_t i = 0; i < ARRAY_LEN(fields->texts); i++)
		free(fields->texts[i]);
}

char *line_make(const struct line_spec *need)
{
	struct option_rule_notes notes = {0};
	const struct option_rule_line line = {.is_changed = true};
	struct fstab_options words = {0};
	scoped_mem char *source = fstab_escape(need->source);
	scoped_mem char *target = fstab_escape(need->target);
	scoped_mem char *options = NULL;
	char *made = NULL;

	if (source && target && fstab_options_split("", 0, &words) == 0 &&
	    option_rule_apply(need, &line, &words, &notes) == 0)
		options = fstab_options_render(&words);
	fstab_options_done(&words);
	option_rule_notes_done(&notes);
	if (!options || asprintf(&made, "%s %s %s %s 0 0", source, target,
				 fstab_type_names[need->type], options) < 0)
		return NULL;
	return made;
}

static bool is_same_path(const char *found, const char *path)
{
	struct path_fault fault = {0};
	scoped_mem char *normal = path_normalise(found, strlen(found), &fault);

	return strcmp(found, path) == 0 || (normal && strcmp(normal, path) == 0);
}

static int check_source(const struct fstab_entry *entry, const struct line_spec *need,
			struct fields *fields, struct option_rule_notes *notes)
{
	if (is_same_path(entry->source, need->source))
		return 0;
	fields->texts[FSTAB_SOURCE] = fstab_escape(need->source);
	if (!fields->texts[FSTAB_SOURCE])
		return -1;
	return option_rule_note(notes, need->source, entry->source);
}

/* The entry was found by the target: it differs where symlinks lead to that from it. */
static int check_target(const struct fstab_entry *entry, const struct line_spec *need,
			struct fields *fields, struct option_rule_notes *notes)
{
	if (!entry->written || strcmp(entry->written, need->target) == 0)
		return 0;
	fields->texts[FSTAB_TARGET] = fstab_escape(need->target);
	if (!fields->texts[FSTAB_TARGET])
		return -1;
	return option_rule_note(notes, need->target, entry->written);
}

/* mount(8) does not look at the type of a bind: any may stay but the helper's. */
static int check_type(const struct fstab_entry *entry, const struct line_spec *need,
		      struct fields *fields, struct option_rule_notes *notes)
{
	if (type_of(entry) == need->type)
		return 0;
	fields->texts[FSTAB_TYPE] = strdup(fstab_type_names[need->type]);
	if (!fields->texts[FSTAB_TYPE])
		return -1;
	return option_rule_note(notes, fstab_type_names[need->type], entry->type);
}

static int check_options(const struct fstab *fstab, const struct fstab_entry *entry,
			 const struct line_spec *need, struct fields *fields,
			 struct option_rule_notes *notes)
{
	const struct fstab_span *field = &entry->fields[FSTAB_OPTIONS];
	const struct option_rule_line line = {
		.source = entry->source,
		.is_changed = notes->want.size > 0,
	};
	struct fstab_options words = {0};
	int r = fstab_options_split(fstab->text + field->at, field->length, &words);

	if (r == 0)
		r = option_rule_apply(need, &line, &words, notes);
	if (r == 0 && option_rule_has_notes(notes)) {
		fields->texts[FSTAB_OPTIONS] = fstab_options_render(&words);
		r = fields->texts[FSTAB_OPTIONS] ? 0 : -1;
	}
	fstab_options_done(&words);
	return r;
}

/* The line with new fields in the place of old ones. */
static char *put_together(const struct fstab *fstab, const struct fstab_entry *entry,
			  const struct fields *fields)
{
	size_t at = entry->whole.at;
	size_t end = at + entry->whole.length;
	struct strbuf line = {0};

	for (size_t i = 0; i < ARRAY_LEN(fields->texts); i++) {
		const struct fstab_span *field = &entry->fields[i];

		if (!fields->texts[i])
			continue;
		strbuf_add_bytes(&line, fstab->text + at, field->at - at);
		if (field->length == 0 && !strchr(" \t", fstab->text[field->at - 1]))
			strbuf_add(&line, " ");
		strbuf_add(&line, fields->texts[i]);
		at = field->at + field->length;
	}
	strbuf_add_bytes(&line, fstab->text + at, end - at);
	return strbuf_steal(&line);
}

/* NULL for none. Returns 0, or -1 when there is no memory. */
static int steal_note(struct strbuf *note, char **ret)
{
	if (note->size == 0) {
		*ret = NULL;
		return 0;
	}
	*ret = strbuf_steal(note);
	return *ret ? 0 : -1;
}

int line_check_entry(const struct fstab *fstab, size_t index, const struct line_spec *need,
		     struct line_check *ret)
{
	const struct fstab_entry *entry = &fstab->entries[index];
	struct fields fields = {0};
	struct option_rule_notes notes = {0};
	struct line_check verdict = {0};
	int r = 0;

	if (check_source(entry, need, &fields, &notes) < 0 ||
	    check_target(entry, need, &fields, &notes) < 0 ||
	    check_type(entry, need, &fields, &notes) < 0 ||
	    check_options(fstab, entry, need, &fields, &notes) < 0)
		r = -1;
	if (r == 0 && option_rule_has_notes(&notes)) {
		verdict.line = put_together(fstab, entry, &fields);
		r = verdict.line ? 0 : -1;
	}
	fields_done(&fields);
	if (r == 0 && (steal_note(&notes.want, &verdict.want) < 0 ||
		       steal_note(&notes.have, &verdict.have) < 0))
		r = -1;
	option_rule_notes_done(&notes);
	if (r == 0)
		*ret = verdict;
	else
		line_check_done(&verdict);
	return r;
}

void line_check_done(struct line_check *verdict)
{
	free(verdict->want);
	free(verdict->have);
	free(verdict->line);
	*verdict = (struct line_check){0};
}
