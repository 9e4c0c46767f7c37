/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of mount(8)'s options: the one table of what each decides and for whom it is.
 * Lists of them are read by mount/option_list.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mount/flags.h"

/* What words decide: the bits of mount/flags.h, where they are about one, and these. */
#define OPTION_NOAUTO  0x01000000u
#define OPTION_NOFAIL  0x02000000u
#define OPTION_SHARING 0x04000000u /* any propagation but private */
#define OPTION_REMOUNT 0x08000000u
#define OPTION_MKDIR   0x10000000u

/* For whom a word is. */
enum option_kind {
	OPTION_KIND_FLAG,        /* the kernel: a flag of the mount */
	OPTION_KIND_TAKES_BACK,  /* nobody: takes back the word that decides `value` */
	OPTION_KIND_READ_ONLY,   /* the kernel: ro and rw */
	OPTION_KIND_PROPAGATION, /* the kernel, by a call of its own */
	OPTION_KIND_BIND,        /* mount(8): makes the bind itself */
	OPTION_KIND_RBIND,       /* the same, with all that is mounted below */
	OPTION_KIND_REMOUNT,     /* mount(8): changes a mount that is there */
	OPTION_KIND_RECURSIVE,   /* mount.robind: with all that is mounted below */
	OPTION_KIND_USERS,       /* mount(8): who else may mount and unmount it */
	OPTION_KIND_DEVICE,      /* mount(8): what no bind has */
	OPTION_KIND_NOFAIL,      /* who reads fstab: the host boots without it */
	OPTION_KIND_FSTAB,       /* who reads fstab: systemd, udisks, mount -a, people */
	OPTION_KIND_DEFAULT,     /* nobody: it is so anyway */
};

/*
 * `mask` is what the word decides, `value` what these bits become. Two words are contrary
 * when they decide a common bit differently. A word of the kind USERS stands for several
 * others, which may come after it and say the contrary: it is overruled, and no contrary.
 */
struct option_word {
	const char *name; /* with '=', '-' or '.' at its end: all that begin so */
	enum option_kind kind;
	uint32_t mask;
	uint32_t value;
	unsigned long call; /* its flag for mount(2), in the kinds FLAG and READ_ONLY */
	const char *why;    /* why nobody can ask for it of a bind; NULL: one can */
};

/* There are no more of them. */
#define OPTION_WORDS_MAX 96

/* The `i`th word, or NULL after the last one; static. */
const struct option_word *option_word_at(size_t i);

/* The word that a text of `length` bytes is, with its value if any; NULL: none. Static. */
const struct option_word *option_word_find(const char *text, size_t length);

/* Why nobody can ask for the word, NULL for one that is not known, of a bind; or NULL. */
const char *option_word_why(const struct option_word *word);

/* Whether the word says the contrary of the bits `mask` being as in `value`. */
bool option_word_is_contrary(const struct option_word *word, uint32_t mask, uint32_t value);
