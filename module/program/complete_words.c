/* SPDX-License-Identifier: Apache-2.0 */
#include "complete_words.h"

#include <string.h>

#include "cli.h"

#define COMMAND "\n  robind "

char *command_at(size_t i)
{
	const char *at = cli_help;

	for (size_t skipped = 0; (at = strstr(at, COMMAND)); skipped++) {
		at += strlen(COMMAND);
		if (skipped == i)
			return strndup(at, strcspn(at, " \n"));
	}
	return NULL;
}

/* What stands behind the last gap of a line, which is at least two blanks wide. */
static char *last_column(const char *line)
{
	size_t n = strcspn(line, "\n");
	size_t begin = 0;

	for (size_t i = 2; i < n; i++) {
		if (line[i - 2] == ' ' && line[i - 1] == ' ' && line[i] != ' ')
			begin = i;
	}
	return begin > 0 ? strndup(line + begin, n - begin) : NULL;
}

char *help_of(const char *name)
{
	size_t n = strlen(name);
	const char *line = cli_help;

	while ((line = strchr(line, '\n'))) {
		const char *word = ++line;

		word += strspn(word, " ");
		if (strncmp(line, &COMMAND[1], strlen(COMMAND) - 1) == 0)
			word += strlen("robind ");
		if (word > line && strncmp(word, name, n) == 0 &&
		    (word[n] == ' ' || word[n] == '\n'))
			return last_column(word);
	}
	return NULL;
}
