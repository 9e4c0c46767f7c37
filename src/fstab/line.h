/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of one line: what a line for a read-only bind looks like, what is missing in one
 * that is there, and the same line corrected. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "fstab/parse.h"
#include "mount/flags.h"

/* Which program makes the mount at boot: the type field of the line. */
enum fstab_type {
	FSTAB_TYPE_NONE,   /* "none", with bind or rbind: mount(8) makes it */
	FSTAB_TYPE_ROBIND, /* "robind": mount(8) calls mount.robind */
	FSTAB_TYPE_COUNT_
};

/* The names of the types; static. */
extern const char *const fstab_type_names[FSTAB_TYPE_COUNT_];

/* What a line has to say. All strings are borrowed. */
struct line_spec {
	const char *source; /* normalised, as `target` */
	const char *target;
	bool recursive;
	struct flag_change options; /* flags asked for */
	uint32_t
		inherited; /* MOUNT_FLAG_NOSUID, _NODEV, _NOEXEC that the live source has */
	const char *set;   /* x-robind.set=NAME; NULL: none asked for */
	const char *source_mount; /* the word that keeps it; NULL: none asked for */
	bool nofail;
	const char *const *more; /* fstab_options, one word each */
	size_t n_more;
	enum fstab_type type;
};

/* What an entry is. */
struct line_info {
	bool is_bind;      /* option bind or rbind, or type robind; all else is not ours */
	bool is_recursive; /* as far as the line says so */
	bool is_read_only; /* the last word of ro and rw is ro */
	bool is_ours;      /* has x-robind */
	bool is_noauto;
	bool is_nofail;
	enum fstab_type type;
	struct flag_change flags; /* what all who read it take it to say of them */
	struct fstab_span set;    /* the name within entry->options; length 0: none */
};

struct line_info line_look(const struct fstab_entry *entry);

/*
 * The first bind line for a normalised target, and the next one for it after entry `i`, or
 * FSTAB_NONE.
 */
size_t line_find_bind(const struct fstab *fstab, const char *target);
size_t line_next_bind(const struct fstab *fstab, size_t i, const char *target);

/* Whether an entry is one of those that somebody is looking for. */
typedef bool line_is_meant(const struct fstab_entry *entry, const void *arg);

/*
 * The first entry that is meant, of all for the target that entry `i` is the first for;
 * FSTAB_NONE: none is, or there is one for it before `i`.
 */
size_t line_first_from(const struct fstab *fstab, size_t i, line_is_meant *is_meant,
		       const void *arg);

/*
 * Of each entry whether it is meant and no entry before it for the same target is: of
 * several lines for one target the first one counts, as for systemd. One pass over all.
 * Allocated, free() it; NULL when there is no memory.
 */
bool *line_firsts(const struct fstab *fstab, line_is_meant *is_meant, const void *arg);

/* True when the entry belongs to the set `name`. */
bool line_is_in_set(const struct fstab_entry *entry, const char *name);

/*
 * The first word of need->more that cannot stand in the line: no single word for all who
 * read it, one that has a member of its own in the request, one that no bind may have, or
 * the contrary of another. NULL: all can. What line_make() and line_check_entry() are given
 * must be fit.
 */
const char *line_unfit(const struct line_spec *need);

/* A new line without its end, allocated; NULL when there is no memory. */
char *line_make(const struct line_spec *need);

/* What is wrong with a line; all NULL when it has all that is needed. */
struct line_check {
	char *want; /* for people: the words that are missing, joined by commas */
	char *have; /* the words in their place; NULL where there is nothing */
	char *line; /* the whole line, corrected, without its end */
};

/*
 * Judge an entry that is a bind for the target of `need`. Only what has to change differs
 * in the corrected line. Returns 0, or -1 when there is no memory. line_check_done()
 * frees it.
 */
MUST_CHECK int line_check_entry(const struct fstab *fstab, size_t entry,
				const struct line_spec *need, struct line_check *ret);

/* Free what it owns; safe on {0} and twice. */
void line_check_done(struct line_check *verdict);
