/* SPDX-License-Identifier: Apache-2.0 */
/* What robind knows of option words, for tests that compare it with mount(8).
 *
 *   option_words           prints "KIND WORD" for each word of the table
 *   option_words contrary  prints "WORD WORD" for each two of which the second one says the
 *                          contrary of the first
 */
#include <stdio.h>
#include <string.h>

#include "mount/option_words.h"

/* clang-format off */
static const char *const kinds[] = {
	[OPTION_KIND_FLAG]        = "flag",
	[OPTION_KIND_TAKES_BACK]  = "takes_back",
	[OPTION_KIND_READ_ONLY]   = "read_only",
	[OPTION_KIND_PROPAGATION] = "propagation",
	[OPTION_KIND_BIND]        = "bind",
	[OPTION_KIND_RBIND]       = "rbind",
	[OPTION_KIND_REMOUNT]     = "remount",
	[OPTION_KIND_RECURSIVE]   = "recursive",
	[OPTION_KIND_USERS]       = "users",
	[OPTION_KIND_DEVICE]      = "device",
	[OPTION_KIND_NOFAIL]      = "nofail",
	[OPTION_KIND_FSTAB]       = "fstab",
	[OPTION_KIND_DEFAULT]     = "default",
};
/* clang-format on */

static void print_words(void)
{
	const struct option_word *word = NULL;

	for (size_t i = 0; (word = option_word_at(i)); i++)
		(void)printf("%s %s%s\n", kinds[word->kind], word->name,
			     strchr("=-.", word->name[strlen(word->name) - 1]) ? "z" : "");
}

static void print_contrary(void)
{
	const struct option_word *first = NULL;
	const struct option_word *second = NULL;

	for (size_t i = 0; (first = option_word_at(i)); i++)
		for (size_t j = 0; (second = option_word_at(j)); j++)
			if (first->kind != OPTION_KIND_TAKES_BACK &&
			    option_word_is_contrary(second, first->mask, first->value))
				(void)printf("%s %s\n%s %s\n", first->name, second->name,
					     second->name, first->name);
}

int main(int argc, char *argv[])
{
	if (argc == 1)
		print_words();
	else if (argc == 2 && strcmp(argv[1], "contrary") == 0)
		print_contrary();
	else
		return 1;
	return 0;
}
