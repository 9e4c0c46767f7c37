/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a misspelt word may have been meant to be: of the words that are tried, the one with
 * the fewest letters left out, added, changed or swapped. Takes no memory.
 */
#pragma once

#include <stddef.h>

struct near_miss {
	const char *given;
	size_t length;
	const char
		*best; /* the nearest so far, as it was handed over; NULL: none is near */
	size_t distance;
};

/* Letters to leave out, add, change or swap; a capital is the same letter, and '-' is '_'. */
#define EDIT_WORD_MAX 40u
size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/* Begin with a word that nobody knows: borrowed, and its bytes need no NUL behind them. */
struct near_miss near_miss_of(const char *given, size_t length);

/* Try a word that is known. A third of its letters may be wrong. Of equals the first stays. */
void near_miss_try(struct near_miss *miss, const char *word);

/* Try a word, for which `meant` is to be said. */
void near_miss_try_as(struct near_miss *miss, const char *word, const char *meant);

/* "; did you mean 'BEST'?", or "" where none is near. Returns buf. */
#define NEAR_MISS_SIZE 128
const char *near_miss_text(const struct near_miss *miss, char buf[NEAR_MISS_SIZE]);
