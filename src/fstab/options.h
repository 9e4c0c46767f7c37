/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of an fstab line, word by word: what mount(8) makes of them, and changes of
 * single words that leave every other byte as it was written. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/macro.h"
#include "fstab/parse.h"
#include "mount/option_list.h"

struct fstab_option {
	struct mount_option option; /* within words.text */
	struct fstab_span raw;      /* within words.raw */
	size_t n_commas;            /* behind it */
	bool removed;
	char *replacement; /* escaped; NULL: as it is */
};

struct fstab_options {
	const char *raw; /* borrowed */
	size_t raw_length;
	char *text; /* unescaped */
	struct fstab_option *items;
	size_t count;
	size_t raw_end; /* where new words go: what follows is not read by mount(8) */
	char **added;   /* new words, escaped */
	size_t n_added;
	/* Where a word is first: one request may bring many of them to a line of many. */
	char *keys; /* the text again, each word ended by a NUL */
	struct hash_table items_index;
	struct hash_table added_index;
};

/*
 * Split options as written in the file, borrowed. Returns 0, or -1 when there is no memory.
 * fstab_options_done() frees it.
 */
MUST_CHECK int fstab_options_split(const char *raw, size_t length,
				   struct fstab_options *ret);
void fstab_options_done(struct fstab_options *words);

/* True when the word is still there and equals, or begins with, the text. */
bool fstab_option_is(const struct fstab_option *word, const char *text);
bool fstab_option_begins(const struct fstab_option *word, const char *prefix);

/* True when the word is still there and says the contrary of the bits `mask` in `value`. */
bool fstab_option_contradicts(const struct fstab_option *word, uint32_t mask,
			      uint32_t value);

/* The word equal to `text` that is still there, and there for all; NULL: none. */
struct fstab_option *fstab_options_find(const struct fstab_options *words,
					const char *text);

/* The same, for the first word that begins with `prefix`. */
struct fstab_option *fstab_options_find_prefix(const struct fstab_options *words,
					       const char *prefix);

/*
 * True when the bits `mask` are decided as in `value`, whichever tool reads it: no word
 * says the contrary of its own, and none implies it later on ("users" implies noexec).
 */
bool fstab_options_say(const struct fstab_options *words, uint32_t mask, uint32_t value);

/* Put another word in its place. Returns 0, or -1 when there is no memory. */
MUST_CHECK int fstab_option_replace(struct fstab_option *word, const char *text);

/* Append a word, once. Returns 0, or -1 when there is no memory. */
MUST_CHECK int fstab_options_add(struct fstab_options *words, const char *text);

/* The field with all changes, as it has to be written; allocated, NULL: no memory. */
char *fstab_options_render(const struct fstab_options *words);
