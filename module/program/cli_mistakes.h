/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a command line that is none: what is wrong, and what was meant. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* All of these record what is wrong, most as ERROR_USAGE, and return -1. */

/* `who` (an option, a variable) takes one of the words; NULL among them is none. */
int cli_unknown_word(const char *who, const char *given, const char *const words[],
		     size_t n_words, struct error *err);

/* A word that begins with '-' and is no option. */
int cli_unknown_option(const char *given, struct error *err);

/* The option `name` has no value: `next` is what follows, NULL at the end. */
int cli_no_value(const char *name, const char *next, struct error *err);

/* A first word that is none of the commands; NULL: there is no word at all. */
int cli_unknown_command(const char *given, const char *const commands[], size_t n_commands,
			struct error *err);

/* More words than one that names a request; `has_value`: the second is KEY=VALUE. */
int cli_too_many(const char *first, const char *second, bool has_value, struct error *err);

/* A word that is no KEY=VALUE, among others that are. */
int cli_no_member(const char *word, struct error *err);

/*
 * What is in *err already is that the file `name` cannot be read. Where it was not meant to
 * be a file, this is said in its place.
 */
int cli_unreadable(const char *name, struct error *err);
