/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one reader of lists of options, such as fstab and `-o` have them: where a word ends,
 * and what all of them say together. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mount/option_words.h"

/* A word of a list, borrowed from it. */
struct mount_option {
	const char *text;
	size_t length;
	const struct option_word *word;  /* what it is, with its value; NULL: not known */
	const struct option_word *named; /* what it is but for "=VALUE", which only some
					  * heed and which makes another word of it
					  */
	bool is_ambiguous; /* libmount from 2.39 on and systemd see the end of the word
			    * before
			    */
};

/* What words have decided so far. A bit that is in `value` is in `decided`, too. */
struct options_told {
	uint32_t decided;
	uint32_t value;
};

/*
 * The next word of a list, as libmount finds it: commas in double quotes part nothing.
 * Commas after a backslash do so before 2.39, and then no more; both count, where they are
 * harmful. *ret is {0} or the word before. False after the last one, or when a quote is not
 * closed; *at is then where that word begins.
 */
bool mount_option_next(const char **at, struct mount_option *ret);

/* Fill a word with what the table knows of its text. */
void mount_option_look_up(struct mount_option *option);

/* Leave off the blanks around a word, and look it up again; nothing may be left of it. */
void mount_option_trim(struct mount_option *option);

/* True when the word equals, or begins with, the text. */
bool mount_option_is(const struct mount_option *option, const char *text);
bool mount_option_begins(const struct mount_option *option, const char *prefix);

/* True when all who read the list see a word of the table there, and the same one. */
bool mount_option_is_certain(const struct mount_option *option);

/*
 * Take a word into account as mount(8) does: of those that are about the same bit the last
 * one counts, of several about the access time the strictest. What some heed and others do
 * not only counts where it takes a restriction away.
 */
void mount_option_tell(const struct mount_option *option, struct options_told *told);

/* What has been told of the flags of a mount, as a change of them. */
struct flag_change options_flags(const struct options_told *told);
