/* SPDX-License-Identifier: Apache-2.0 */
#include "base/near_miss.h"

#include <stdio.h>
#include <string.h>

#include "base/macro.h"

static char folded(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (char)(c == '-' ? '_' : c);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One cell: the last letter of both is left out, added, changed, or swapped with the next. */
static size_t cell(size_t (*rows)[EDIT_WORD_MAX + 1], const char *a, const char *b,
		   size_t i, size_t j)
{
	const size_t *above = rows[(i - 1) % 3];
	size_t differs = folded(a[i - 1]) != folded(b[j - 1]);
	size_t n = least(least(above[j], rows[i % 3][j - 1]) + 1, above[j - 1] + differs);

	if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
	    folded(a[i - 2]) == folded(b[j - 1]))
		n = least(n, rows[(i - 2) % 3][j - 2] + 1);
	return n;
}

size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][EDIT_WORD_MAX + 1];

	if (a_length > EDIT_WORD_MAX || b_length > EDIT_WORD_MAX)
		return a_length > b_length ? a_length : b_length;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		rows[i % 3][0] = i;
		for (size_t j = 1; j <= b_length; j++)
			rows[i % 3][j] = cell(rows, a, b, i, j);
	}
	return rows[a_length % 3][b_length];
}

struct near_miss near_miss_of(const char *given, size_t length)
{
	return (struct near_miss){.given = given, .length = length};
}

void near_miss_try(struct near_miss *miss, const char *word)
{
	near_miss_try_as(miss, word, word);
}

void near_miss_try_as(struct near_miss *miss, const char *word, const char *meant)
{
	size_t length = strlen(word);
	size_t n = edit_distance(miss->given, miss->length, word, length);

	/* With every letter wrong, it is another word. */
	if (n > (length + 1) / 3 || n >= miss->length ||
	    (miss->best && n >= miss->distance))
		return;
	miss->best = meant;
	miss->distance = n;
}

const char *near_miss_text(const struct near_miss *miss, char buf[NEAR_MISS_SIZE])
{
	buf[0] = '\0';
	if (miss->best)
		(void)snprintf(buf, NEAR_MISS_SIZE, "; did you mean '%s'?", miss->best);
	return buf;
}
