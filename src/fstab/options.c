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

/* Where the word that begins at `text` ends; NULL when a quote in it is not closed. */
static const char *end_of_word(const char *text)
{
	bool is_quoted = false;

	for (; *text != '\0' && (is_quoted || *text != ','); text++)
		if (*text == '"')
			is_quoted = !is_quoted;
	return is_quoted ? NULL : text;
}

bool fstab_option_next(const char **at, struct fstab_option *ret)
{
	const char *from = *at + strspn(*at, ",");
	const char *end = end_of_word(from);

	if (!end || end == from) {
		*at = from;
		return false;
	}
	ret->is_ambiguous =
		ret->text && from == ret->text + ret->length + 1 && from[-2] == '\\';
	ret->text = from;
	ret->length = (size_t)(end - from);
	*at = end + (*end == ',');
	return true;
}

static void split(struct fstab_options *words, const size_t *places)
{
	const char *at = words->text;
	struct fstab_option word = {0};

	while (fstab_option_next(&at, &word)) {
		size_t from = (size_t)(word.text - words->text);
		size_t to = from + word.length;

		word.raw = (struct fstab_span){places[from], places[to] - places[from]};
		word.next = places[at - words->text];
		words->items[words->count++] = word;
	}
	words->raw_end = places[at - words->text];
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
	*ret = words;
	return 0;
}

void fstab_options_done(struct fstab_options *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i].replacement);
	free(words->text);
	free(words->items);
	for (size_t i = 0; i < words->n_added; i++)
		free(words->added[i]);
	free(words->added);
	*words = (struct fstab_options){0};
}

bool fstab_option_begins(const struct fstab_option *word, const char *prefix)
{
	size_t length = strlen(prefix);

	return is_there(word) && word->length >= length &&
	       memcmp(word->text, prefix, length) == 0;
}

bool fstab_option_is(const struct fstab_option *word, const char *text)
{
	return word->length == strlen(text) && fstab_option_begins(word, text);
}

struct fstab_option *fstab_options_find(const struct fstab_options *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++)
		if (!words->items[i].is_ambiguous &&
		    fstab_option_is(&words->items[i], text))
			return &words->items[i];
	return NULL;
}

struct fstab_option *fstab_options_find_prefix(const struct fstab_options *words,
					       const char *prefix)
{
	for (size_t i = 0; i < words->count; i++)
		if (!words->items[i].is_ambiguous &&
		    fstab_option_begins(&words->items[i], prefix))
			return &words->items[i];
	return NULL;
}

int fstab_option_replace(struct fstab_option *word, const char *text)
{
	word->replacement = fstab_escape(text);
	return word->replacement ? 0 : -1;
}

int fstab_options_add(struct fstab_options *words, const char *text)
{
	scoped_mem char *escaped = fstab_escape(text);

	if (!escaped)
		return -1;
	for (size_t i = 0; i < words->n_added; i++)
		if (strcmp(words->added[i], escaped) == 0)
			return 0;
	if (ARRAY_RESERVE(words->added, words->n_added, 1) < 0)
		return -1;
	words->added[words->n_added++] = STEAL(escaped);
	return 0;
}

static bool ends_in_comma(const struct strbuf *field)
{
	return field->size > 0 && field->bytes[field->size - 1] == ',';
}

/*
 * A comma stands between words, and none at the ends: words that go take the comma after
 * them along, the last one that before it.
 */
static void put_kept(const struct fstab_options *words, struct strbuf *field)
{
	size_t at = 0;

	for (size_t i = 0; i < words->count; i++) {
		const struct fstab_option *word = &words->items[i];
		size_t end = word->raw.at + word->raw.length;
		bool has_comma = word->next > end;

		if (is_there(word))
			continue;
		strbuf_add_bytes(field, words->raw + at, word->raw.at - at);
		if (word->replacement)
			strbuf_add(field, word->replacement);
		else if (!has_comma && !word->is_ambiguous && ends_in_comma(field))
			strbuf_cut(field, 1);
		/* or the comma after it would be no comma for all */
		at = word->removed && !word->is_ambiguous ? word->next : end;
	}
	if (at < words->raw_end)
		strbuf_add_bytes(field, words->raw + at, words->raw_end - at);
}

/* As many commas as part what follows from it for all: two after a backslash. */
static void part(struct strbuf *field)
{
	size_t end = field->size;
	size_t needed = 1;

	while (end > 0 && field->bytes[end - 1] == ',')
		end--;
	if (field->size == 0)
		return;
	if (end > 0 && (field->bytes[end - 1] == '\\' ||
			(end >= 4 && memcmp(field->bytes + end - 4, "\\134", 4) == 0)))
		needed = 2;
	for (size_t n = field->size - end; n < needed; n++)
		strbuf_add(field, ",");
}

static void put_added(const struct fstab_options *words, struct strbuf *field)
{
	for (size_t i = 0; i < words->n_added; i++) {
		part(field);
		strbuf_add(field, words->added[i]);
	}
}

char *fstab_options_render(const struct fstab_options *words)
{
	struct strbuf field = {0};
	size_t rest = words->raw_length - words->raw_end;

	put_kept(words, &field);
	put_added(words, &field);
	if (words->n_added > 0 && rest > 0)
		strbuf_add(&field, ",");
	strbuf_add_bytes(&field, words->raw + words->raw_end, rest);
	return strbuf_steal(&field);
}
