/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/option_list.h"

#include <string.h>

/* Where the word that begins at `text` ends; NULL when a quote in it is not closed. */
static const char *end_of_word(const char *text)
{
	bool is_quoted = false;

	for (; *text != '\0' && (is_quoted || *text != ','); text++)
		if (*text == '"')
			is_quoted = !is_quoted;
	return is_quoted ? NULL : text;
}

bool mount_option_next(const char **at, struct mount_option *ret)
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
	mount_option_look_up(ret);
	*at = end + (*end == ',');
	return true;
}

void mount_option_look_up(struct mount_option *option)
{
	const char *sign = memchr(option->text, '=', option->length);

	option->word = option_word_find(option->text, option->length);
	option->named = option->word;
	/* libmount before 2.39 ignores `ro=recursive`, but `rw=recursive` may do harm. */
	if (sign)
		option->named =
			option_word_find(option->text, (size_t)(sign - option->text));
	if (!option->named)
		option->named = option->word;
}

void mount_option_trim(struct mount_option *option)
{
	size_t blanks = strspn(option->text, " ");

	blanks = blanks < option->length ? blanks : option->length;
	option->text += blanks;
	option->length -= blanks;
	while (option->length > 0 && option->text[option->length - 1] == ' ')
		option->length--;
	mount_option_look_up(option);
}

bool mount_option_begins(const struct mount_option *option, const char *prefix)
{
	size_t length = strlen(prefix);

	return option->length >= length && memcmp(option->text, prefix, length) == 0;
}

bool mount_option_is(const struct mount_option *option, const char *text)
{
	return option->length == strlen(text) && mount_option_begins(option, text);
}

bool mount_option_is_certain(const struct mount_option *option)
{
	return option->word && option->word == option->named && !option->is_ambiguous;
}

static bool takes_restriction_away(const struct option_word *word)
{
	return word->value == 0 && word->kind != OPTION_KIND_PROPAGATION &&
	       (word->mask & MOUNT_FLAG_ATIME_MASK) == 0;
}

void mount_option_tell(const struct mount_option *option, struct options_told *told)
{
	const struct option_word *word = option->named;
	bool is_decided = word && (told->decided & word->mask) == word->mask;
	uint32_t before = word ? told->value & word->mask : 0;

	if (!word || (!mount_option_is_certain(option) && !takes_restriction_away(word)))
		return;
	if (word->kind == OPTION_KIND_TAKES_BACK) {
		if (is_decided && before == word->value) {
			told->decided &= ~word->mask;
			told->value &= ~word->mask;
		}
		return;
	}
	/* The kernel goes by the strictest one, and these values grow with that. */
	if (word->mask == MOUNT_FLAG_ATIME_MASK && is_decided && before > word->value)
		return;
	told->decided |= word->mask;
	told->value = (told->value & ~word->mask) | word->value;
}

struct flag_change options_flags(const struct options_told *told)
{
	return (struct flag_change){
		.set = told->value & MOUNT_FLAG_CARRIED,
		.clear = told->decided & ~told->value & MOUNT_FLAG_CARRIED,
	};
}
