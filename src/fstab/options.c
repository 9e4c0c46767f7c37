/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/strbuf.h"

static bool is_there(const struct fstab_option *word)
{
	return !word->removed && !word->replacement;
}

static void split(struct fstab_options *words, const size_t *places)
{
	const char *at = words->text;
	struct mount_option option = {0};

	while (mount_option_next(&at, &option)) {
		size_t from = (size_t)(option.text - words->text);

		words->items[words->count++] = (struct fstab_option){
			.option = option,
			.raw = {places[from], places[from + option.length] - places[from]},
			.n_commas = strspn(option.text + option.length, ","),
		};
	}
	words->raw_end = places[at - words->text];
}

/* A word that only some take for one is not found by its text. */
static int make_index(struct fstab_options *words, size_t length)
{
	words->keys = malloc(length + 1);
	if (!words->keys || hash_table_make(&words->items_index, words->count) < 0)
		return -1;
	memcpy(words->keys, words->text, length + 1);
	for (size_t i = 0; i < words->count; i++) {
		const struct mount_option *option = &words->items[i].option;
		char *key = words->keys + (option->text - words->text);

		key[option->length] = '\0';
		if (!option->is_ambiguous)
			hash_table_put(&words->items_index, key, i);
	}
	return 0;
}

int fstab_options_split(const char *raw, size_t length, struct fstab_options *ret)
{
	struct fstab_options words = {.raw = raw, .raw_length = length};
	scoped_mem size_t *places = calloc(length + 1, sizeof(*places));

	words.text = places ? fstab_unescape(raw, length, places) : NULL;
	words.items = calloc(length / 2 + 1, sizeof(*words.items));
	if (!words.text || !words.items) {
		fstab_options_done(&words);
		return -1;
	}
	split(&words, places);
	if (make_index(&words, strlen(words.text)) < 0) {
		fstab_options_done(&words);
		return -1;
	}
	*ret = words;
	return 0;
}

void fstab_options_done(struct fstab_options *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i].replacement);
	free(words->text);
	free(words->keys);
	free(words->items);
	hash_table_done(&words->items_index);
	hash_table_done(&words->added_index);
	for (size_t i = 0; i < words->n_added; i++)
		free(words->added[i]);
	free(words->added);
	*words = (struct fstab_options){0};
}

bool fstab_option_begins(const struct fstab_option *word, const char *prefix)
{
	return is_there(word) && mount_option_begins(&word->option, prefix);
}

bool fstab_option_is(const struct fstab_option *word, const char *text)
{
	return is_there(word) && mount_option_is(&word->option, text);
}

bool fstab_option_contradicts(const struct fstab_option *word, uint32_t mask,
			      uint32_t value)
{
	const struct option_word *named = word->option.named;

	return is_there(word) && named && option_word_is_contrary(named, mask, value);
}

struct fstab_option *fstab_options_find(const struct fstab_options *words, const char *text)
{
	size_t first = hash_table_get(&words->items_index, text, strlen(text));

	/* That one may be removed by now, and another may not. */
	for (size_t i = first; i != HASH_TABLE_NONE && i < words->count; i++)
		if (!words->items[i].option.is_ambiguous &&
		    fstab_option_is(&words->items[i], text))
			return &words->items[i];
	return NULL;
}

struct fstab_option *fstab_options_find_prefix(const struct fstab_options *words,
					       const char *prefix)
{
	for (size_t i = 0; i < words->count; i++)
		if (!words->items[i].option.is_ambiguous &&
		    fstab_option_begins(&words->items[i], prefix))
			return &words->items[i];
	return NULL;
}

bool fstab_options_say(const struct fstab_options *words, uint32_t mask, uint32_t value)
{
	struct options_told told = {0};

	for (size_t i = 0; i < words->count; i++) {
		const struct fstab_option *word = &words->items[i];

		if (fstab_option_contradicts(word, mask, value))
			return false;
		if (is_there(word) && mount_option_is_certain(&word->option))
			mount_option_tell(&word->option, &told);
	}
	return (told.decided & mask) == mask && (told.value & mask) == value;
}

int fstab_option_replace(struct fstab_option *word, const char *text)
{
	word->replacement = fstab_escape(text);
	return word->replacement ? 0 : -1;
}

/* *ret: is it new? */
static int note_added(struct fstab_options *words, const char *escaped, bool *ret)
{
	struct hash_table *index = &words->added_index;
	size_t n = words->n_added;

	if (!index->slots || index->mask + 1 < 2 * (n + 1)) {
		hash_table_done(index);
		if (hash_table_make(index, 2 * (n + 1)) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			hash_table_put(index, words->added[i], i);
	}
	*ret = hash_table_put(index, escaped, n) == HASH_TABLE_NONE;
	return 0;
}

int fstab_options_add(struct fstab_options *words, const char *text)
{
	scoped_mem char *escaped = fstab_escape(text);
	bool is_new = false;

	if (!escaped || ARRAY_RESERVE(words->added, words->n_added, 1) < 0 ||
	    note_added(words, escaped, &is_new) < 0)
		return -1;
	if (!is_new)
		return 0;
	words->added[words->n_added++] = STEAL(escaped);
	return 0;
}

/* A field that is being written, and what parts its last word from the next one. */
struct field {
	struct strbuf text;
	bool is_begun;
	struct fstab_span gap; /* what stands behind the last word in the file */
	size_t n_commas;       /* of that gap */
	size_t n_needed;       /* commas that part the two for all */
	size_t next;           /* where in the file the gap ends; FSTAB_NONE: no gap */
};

/*
 * Write what comes next; `at` is where it stands in the file, or FSTAB_NONE. What followed
 * the word before it there does so still, just as it was written. Anything else is parted
 * from that word by what stood behind it, filled up to as many commas as it takes: the
 * first comma after a backslash is none for some.
 */
static void put(const struct fstab_options *words, struct field *field, size_t at,
		const char *bytes, size_t length)
{
	bool is_next = at != FSTAB_NONE && at == field->next;

	if (field->is_begun || is_next)
		strbuf_add_bytes(&field->text, words->raw + field->gap.at,
				 field->gap.length);
	for (size_t n = field->n_commas; !is_next && n < field->n_needed; n++)
		strbuf_add(&field->text, ",");
	strbuf_add_bytes(&field->text, bytes, length);
	field->is_begun = true;
	field->gap = (struct fstab_span){0};
	field->n_commas = 0;
	field->n_needed = 1;
	field->next = FSTAB_NONE;
}

static void put_word(const struct fstab_options *words, size_t i, struct field *field)
{
	const struct fstab_option *word = &words->items[i];
	const struct mount_option *option = &word->option;
	size_t end = word->raw.at + word->raw.length;

	if (word->removed)
		return;
	if (word->replacement)
		put(words, field, word->raw.at, word->replacement,
		    strlen(word->replacement));
	else
		put(words, field, word->raw.at, words->raw + word->raw.at,
		    word->raw.length);
	field->next = i + 1 < words->count ? words->items[i + 1].raw.at : words->raw_end;
	field->gap = (struct fstab_span){end, field->next - end};
	field->n_commas = word->n_commas;
	if (!word->replacement && option->text[option->length - 1] == '\\')
		field->n_needed = 2;
}

static void put_all(const struct fstab_options *words, struct field *field)
{
	size_t rest = words->raw_length - words->raw_end;

	field->next = words->count > 0 ? words->items[0].raw.at : words->raw_end;
	field->gap.length = field->next;
	for (size_t i = 0; i < words->count; i++)
		put_word(words, i, field);
	for (size_t i = 0; i < words->n_added; i++)
		put(words, field, FSTAB_NONE, words->added[i], strlen(words->added[i]));
	if (rest > 0 || field->next == words->raw_end)
		put(words, field, words->raw_end, words->raw + words->raw_end, rest);
}

char *fstab_options_render(const struct fstab_options *words)
{
	struct field field = {0};

	put_all(words, &field);
	return strbuf_steal(&field.text);
}
