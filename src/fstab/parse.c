/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/field_reader.h"

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

char *fstab_unescape(const char *raw, size_t length, size_t *places)
{
	char *text = malloc(length + 1);
	size_t used = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < length; used++) {
		const char *c = raw + i;

		if (places)
			places[used] = i;
		if (c[0] == '\\' && length - i > 3 && is_octal(c[1]) && is_octal(c[2]) &&
		    is_octal(c[3])) {
			text[used] =
				(char)((c[1] - '0') * 64 + (c[2] - '0') * 8 + c[3] - '0');
			i += 4;
		} else {
			text[used] = c[0];
			i++;
		}
	}
	if (places)
		places[used] = length;
	text[used] = '\0';
	return text;
}

char *fstab_escape(const char *text)
{
	char *raw = malloc(4 * strlen(text) + 1);
	char *end = raw;

	if (!raw)
		return NULL;
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (!strchr(" \t\n\\", c)) {
			*end++ = *text;
			continue;
		}
		*end++ = '\\';
		*end++ = (char)('0' + (c >> 6));
		*end++ = (char)('0' + ((c >> 3) & 7));
		*end++ = (char)('0' + (c & 7));
	}
	*end = '\0';
	return raw;
}

static void entry_done(struct fstab_entry *entry)
{
	free(entry->source);
	free(entry->target);
	free(entry->type);
	free(entry->options);
	free(entry->place);
	free(entry->written);
}

/* The normal form of the target; not an error when it has none. */
static int set_place(struct fstab_entry *entry)
{
	struct path_fault fault = {0};

	entry->place = path_normalise(entry->target, strlen(entry->target), &fault);
	return entry->place || fault.must ? 0 : -1;
}

static int set_texts(const char *text, struct fstab_entry *entry)
{
	char **const texts[] = {
		[FSTAB_SOURCE] = &entry->source,
		[FSTAB_TARGET] = &entry->target,
		[FSTAB_TYPE] = &entry->type,
		[FSTAB_OPTIONS] = &entry->options,
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct fstab_span field = entry->fields[i];

		*texts[i] = fstab_unescape(text + field.at, field.length, NULL);
		if (!*texts[i])
			return -1;
	}
	return set_place(entry);
}

static int add_entry(struct fstab *fstab, struct fstab_entry *entry)
{
	if (ARRAY_RESERVE(fstab->entries, fstab->n_entries, 1) < 0)
		return -1;
	if (set_texts(fstab->text, entry) < 0) {
		entry_done(entry);
		return -1;
	}
	fstab->entries[fstab->n_entries++] = *entry;
	return 0;
}

static int add_bad(struct fstab *fstab, size_t line)
{
	if (ARRAY_RESERVE(fstab->bad, fstab->n_bad, 1) < 0)
		return -1;
	fstab->bad[fstab->n_bad++] = line;
	return 0;
}

/* Bytes from `at` on, without a line end; `has_end` says that there was one. */
static int read_line(struct fstab *fstab, size_t at, size_t length, bool has_end)
{
	struct fstab_entry entry = {.line = fstab->n_lines};
	const char *nul = memchr(fstab->text + at, '\0', length);
	struct field_reader reader = {.text = fstab->text, .at = at};

	/* As libmount sees it: a torn last line ends there, any other is beyond reading. */
	if (nul && has_end)
		return add_bad(fstab, fstab->n_lines);
	if (nul)
		length = (size_t)(nul - (fstab->text + at));
	if (length > 0 && fstab->text[at + length - 1] == '\r')
		length--;
	reader.end = at + length;
	field_skip_blanks(&reader);
	if (reader.at == reader.end || fstab->text[reader.at] == '#')
		return 0;
	entry.whole = (struct fstab_span){at, length};
	for (size_t i = 0; i < FSTAB_FREQ; i++)
		entry.fields[i] = field_read(&reader);
	if (entry.fields[FSTAB_TYPE].length == 0 ||
	    !field_read_number(&reader, &entry.fields[FSTAB_FREQ]) ||
	    !field_read_number(&reader, &entry.fields[FSTAB_PASSNO]))
		return add_bad(fstab, fstab->n_lines);
	return add_entry(fstab, &entry);
}

static int read_lines(struct fstab *fstab)
{
	for (size_t at = 0; at < fstab->size;) {
		const char *stop = memchr(fstab->text + at, '\n', fstab->size - at);
		size_t end = stop ? (size_t)(stop - fstab->text) : fstab->size;

		fstab->n_lines++;
		if (stop)
			fstab->has_crlf = end > at && stop[-1] == '\r';
		if (read_line(fstab, at, end - at, stop != NULL) < 0)
			return -1;
		at = end + 1;
	}
	return 0;
}

/*
 * Put entry `i` at the end of the chain of its key. `ends` has the last entry of each
 * chain, at the index of the first. Returns the entry before it, or FSTAB_NONE.
 */
static size_t put_last(struct hash_table *keys, const char *key, size_t i, size_t *ends)
{
	size_t first = key ? hash_table_put(keys, key, i) : HASH_TABLE_NONE;
	size_t before = first == HASH_TABLE_NONE ? FSTAB_NONE : ends[first];

	ends[first == HASH_TABLE_NONE ? i : first] = i;
	return before;
}

/* Chain the entries by their place, or by how that is written. */
static int chain(struct fstab *fstab, struct hash_table *keys, bool as_written)
{
	scoped_mem size_t *ends = malloc((fstab->n_entries + 1) * sizeof(*ends));

	hash_table_done(keys);
	if (!ends || hash_table_make(keys, fstab->n_entries) < 0)
		return -1;
	for (size_t i = 0; i < fstab->n_entries; i++) {
		struct fstab_entry *entry = &fstab->entries[i];
		const char *key = as_written ? entry->written : entry->place;
		size_t before = put_last(keys, key, i, ends);

		*(as_written ? &entry->next_written : &entry->next) = FSTAB_NONE;
		if (before == FSTAB_NONE)
			continue;
		entry = &fstab->entries[before];
		*(as_written ? &entry->next_written : &entry->next) = i;
	}
	return 0;
}

int fstab_index(struct fstab *fstab)
{
	return chain(fstab, &fstab->places, false) < 0 ||
			       chain(fstab, &fstab->written, true) < 0
		       ? -1
		       : 0;
}

int fstab_parse(const char *text, size_t size, struct fstab *ret)
{
	struct fstab fstab = {.text = text, .size = size};

	if (read_lines(&fstab) < 0 || fstab_index(&fstab) < 0) {
		fstab_done(&fstab);
		return -1;
	}
	*ret = fstab;
	return 0;
}

void fstab_done(struct fstab *fstab)
{
	for (size_t i = 0; i < fstab->n_entries; i++)
		entry_done(&fstab->entries[i]);
	free(fstab->entries);
	free(fstab->bad);
	hash_table_done(&fstab->places);
	hash_table_done(&fstab->written);
	*fstab = (struct fstab){0};
}

size_t fstab_find(const struct fstab *fstab, const char *target)
{
	size_t length = strlen(target);
	size_t entry = hash_table_get(&fstab->places, target, length);

	if (entry == HASH_TABLE_NONE)
		entry = hash_table_get(&fstab->written, target, length);
	return entry == HASH_TABLE_NONE ? FSTAB_NONE : entry;
}

size_t fstab_next(const struct fstab *fstab, size_t entry, const char *target)
{
	const struct fstab_entry *e = &fstab->entries[entry];

	return e->written && strcmp(e->written, target) == 0 ? e->next_written : e->next;
}

const char *fstab_written(const struct fstab_entry *entry)
{
	return entry->written ? entry->written : entry->place;
}
