/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/strbuf.h"

static int add(struct fstab_edits *edits, size_t entry, const char *line)
{
	char *copy = line ? strdup(line) : NULL;

	if (line && !copy)
		return -1;
	if (ARRAY_RESERVE(edits->items, edits->count, 1) < 0) {
		free(copy);
		return -1;
	}
	edits->items[edits->count++] = (struct fstab_edit){.entry = entry, .line = copy};
	return 0;
}

int fstab_append(struct fstab_edits *edits, const char *line)
{
	return add(edits, FSTAB_NONE, line);
}

int fstab_replace(struct fstab_edits *edits, size_t entry, const char *line)
{
	return add(edits, entry, line);
}

int fstab_remove(struct fstab_edits *edits, size_t entry)
{
	return add(edits, entry, NULL);
}

/* The last line, when it is a torn one that would be beyond reading with an end to it. */
static size_t torn_tail(const struct fstab *fstab)
{
	const char *end = memrchr(fstab->text, '\n', fstab->size);
	size_t at = end ? (size_t)(end - fstab->text) + 1 : 0;

	return memchr(fstab->text + at, '\0', fstab->size - at) ? at : fstab->size;
}

/* A last line without its end gets one, or the half of it that is missing. */
static void end_line(struct strbuf *text, const char *end)
{
	int last = text->size > 0 ? text->bytes[text->size - 1] : '\n';

	if (last == '\r')
		strbuf_add(text, "\n");
	else if (last != '\n')
		strbuf_add(text, end);
}

static void put_appended(const struct fstab_edits *edits, const char *end,
			 struct strbuf *text)
{
	end_line(text, end);
	for (size_t i = 0; i < edits->count; i++) {
		const struct fstab_edit *edit = &edits->items[i];

		if (edit->entry != FSTAB_NONE)
			continue;
		strbuf_add(text, edit->line);
		strbuf_add(text, end);
	}
}

/* Where the line after an entry begins. */
static size_t after_line(const struct fstab *fstab, const struct fstab_entry *entry)
{
	size_t at = entry->whole.at + entry->whole.length;
	const char *end = memchr(fstab->text + at, '\n', fstab->size - at);

	return end ? (size_t)(end - fstab->text) + 1 : fstab->size;
}

/* The old text up to `stop`, each entry with the edit that was chosen for it. */
static void put_entries(const struct fstab *fstab, const struct fstab_edit *const *chosen,
			size_t stop, size_t *at, struct strbuf *text)
{
	for (size_t i = 0; i < fstab->n_entries; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];
		const struct fstab_edit *edit = chosen[i];

		if (!edit || entry->whole.at < *at || entry->whole.at >= stop)
			continue;
		strbuf_add_bytes(text, fstab->text + *at, entry->whole.at - *at);
		if (edit->line)
			strbuf_add(text, edit->line);
		*at = edit->line ? entry->whole.at + entry->whole.length
				 : after_line(fstab, entry);
	}
	strbuf_add_bytes(text, fstab->text + *at, stop > *at ? stop - *at : 0);
	*at = stop;
}

int fstab_edited(const struct fstab_edits *edits, char **ret, size_t *ret_size)
{
	const struct fstab *fstab = edits->fstab;
	scoped_mem const struct fstab_edit **chosen =
		calloc(fstab->n_entries + 1, sizeof(struct fstab_edit *));
	scoped_strbuf text = {0};
	size_t size = 0;
	size_t tail;
	size_t at = 0;
	bool appends = false;

	if (!chosen)
		return -1;
	for (size_t i = 0; i < edits->count; i++) {
		const struct fstab_edit *edit = &edits->items[i];

		if (edit->entry == FSTAB_NONE)
			appends = true;
		else
			chosen[edit->entry] = edit;
	}
	tail = appends ? torn_tail(fstab) : fstab->size;
	put_entries(fstab, chosen, tail, &at, &text);
	if (appends)
		put_appended(edits, fstab->has_crlf ? "\r\n" : "\n", &text);
	put_entries(fstab, chosen, fstab->size, &at, &text);
	size = text.size;
	*ret = strbuf_steal(&text);
	if (!*ret)
		return -1;
	*ret_size = size;
	return 0;
}

void fstab_edits_done(struct fstab_edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		free(edits->items[i].line);
	free(edits->items);
	*edits = (struct fstab_edits){0};
}
