/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "fstab/line.h"
#include "mount/option_list.h"

/* The words of the table among those of a need, each once: as many as there may be. */
struct said {
	const struct option_word *words[OPTION_WORDS_MAX];
	size_t count;
};

static void say(struct said *said, const struct option_word *word)
{
	for (size_t i = 0; i < said->count; i++)
		if (said->words[i] == word)
			return;
	said->words[said->count++] = word;
}

/* Whether the word, if any, has a contrary among those said or the need itself. */
static bool is_contrary(const struct line_spec *need, const struct said *said,
			const struct option_word *word)
{
	if (!word)
		return false;
	if (need->nofail && option_word_is_contrary(word, OPTION_NOFAIL, OPTION_NOFAIL))
		return true;
	for (size_t i = 0; i < said->count; i++) {
		const struct option_word *other = said->words[i];

		if (option_word_is_contrary(word, other->mask, other->value))
			return true;
	}
	return false;
}

/* Whether the word, if any, is for the request's other members to say, or for nobody. */
static bool is_ruled(const struct option_word *word)
{
	switch (word ? word->kind : OPTION_KIND_FSTAB) {
	case OPTION_KIND_NOFAIL:
	case OPTION_KIND_FSTAB:
	case OPTION_KIND_DEFAULT:
		return false;
	default:
		return true;
	}
}

const char *line_unfit(const struct line_spec *need)
{
	struct said said = {0};

	for (size_t i = 0; i < need->n_more; i++) {
		const char *text = need->more[i];
		const char *at = text;
		struct mount_option word = {0};

		if (!mount_option_next(&at, &word) || word.length != strlen(text) ||
		    text[word.length - 1] == '\\' || is_ruled(word.word) ||
		    is_ruled(word.named) || mount_option_begins(&word, "x-robind") ||
		    is_contrary(need, &said, word.named))
			return text;
		if (word.named)
			say(&said, word.named);
	}
	return NULL;
}
