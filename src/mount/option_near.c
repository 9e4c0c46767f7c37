/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/option_near.h"

#include <stdio.h>
#include <string.h>

#include "mount/option_words.h"

const char *option_near_text(const char *text, size_t length, char buf[NEAR_MISS_SIZE])
{
	struct near_miss miss = near_miss_of(text, length);
	const struct option_word *word = NULL;

	for (size_t i = 0; (word = option_word_at(i)); i++) {
		if (!word->why && word->kind != OPTION_KIND_DEFAULT &&
		    word->kind != OPTION_KIND_TAKES_BACK)
			near_miss_try(&miss, word->name);
	}
	return near_miss_text(&miss, buf);
}

const char *option_flags_text(char buf[OPTION_FLAGS_SIZE])
{
	const struct option_word *word = NULL;
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; (word = option_word_at(i)); i++) {
		/* Those that take no flag of the mount away; relatime has none of its own. */
		if (word->kind == OPTION_KIND_FLAG && word->call != 0)
			used += (size_t)snprintf(buf + used, OPTION_FLAGS_SIZE - used,
						 "%s%s", used > 0 ? " " : "", word->name);
		if (used >= OPTION_FLAGS_SIZE)
			break;
	}
	return buf;
}
