/*
 * The words of an fstab line's options: what mount(8) makes of them, and changes of single
 * words that leave every other byte as it was written. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "fstab/parse.h"

/* What words decide: the bits of flags.h where there is one (MOUNT_FLAG_RDONLY ...), and
 * these.
 */
#define OPTION_NOATIME     0x00000010u
#define OPTION_STRICTATIME 0x00000020u
#define OPTION_RELATIME    0x00000040u
#define OPTION_ATIME       (OPTION_NOATIME | OPTION_STRICTATIME | OPTION_RELATIME)
#define OPTION_NOAUTO      0x01000000u
#define OPTION_NOFAIL      0x02000000u
#define OPTION_SHARING     0x04000000u /* any propagation but private */
#define OPTION_PRIVATE     0x08000000u
#define OPTION_REMOUNT     0x10000000u

struct fstab_option {
	const char *text; /* within words.text */
	size_t length;
	struct fstab_span raw; /* within words.raw */
	size_t next;           /* behind its comma, within words.raw */
	bool is_ambiguous;     /* libmount from 2.39 on and systemd see the end of the word
				* before
				*/
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
};

/*
 * Split options as written in the file, borrowed. Returns 0, or -1 when there is no memory.
 * fstab_options_done() frees it.
 */
MUST_CHECK int fstab_options_split(const char *raw, size_t length,
				   struct fstab_options *ret);
void fstab_options_done(struct fstab_options *words);

/*
 * The next word of unescaped options, as libmount finds it: commas in double quotes part
 * nothing. Commas after a backslash do so before 2.39, and then no more; both count, where
 * they are harmful. *ret is {0} or the word before. False after the last one, or when a
 * quote is not closed; *at is then where that word begins. ret->raw and ret->next are left
 * alone.
 */
bool fstab_option_next(const char **at, struct fstab_option *ret);

/* True when the word is still there and equals, or begins with, the text. */
bool fstab_option_is(const struct fstab_option *word, const char *text);
bool fstab_option_begins(const struct fstab_option *word, const char *prefix);

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

/*
 * What mount(8) has been told after this word as well, as bits in *told: the last word
 * counts.
 */
void fstab_option_tell(const struct fstab_option *word, uint32_t *told);

/* Whether a word of its own says the contrary of the bits `mask` in `value`. */
bool fstab_option_contradicts(const struct fstab_option *word, uint32_t mask,
			      uint32_t value);

/*
 * What a word decides; false when that is nothing. *ret_is_broad: it stands for several
 * others, which may come after it to say the contrary.
 */
bool fstab_option_decides(const char *text, uint32_t *ret_mask, uint32_t *ret_value,
			  bool *ret_is_broad);

/* The bits that a word is about, with whichever value; 0 for a broad one. */
uint32_t fstab_option_mask(const struct fstab_option *word);

/* Put another word in its place. Returns 0, or -1 when there is no memory. */
MUST_CHECK int fstab_option_replace(struct fstab_option *word, const char *text);

/* Append a word, once. Returns 0, or -1 when there is no memory. */
MUST_CHECK int fstab_options_add(struct fstab_options *words, const char *text);

/* The field with all changes, as it has to be written; allocated, NULL: no memory. */
char *fstab_options_render(const struct fstab_options *words);
