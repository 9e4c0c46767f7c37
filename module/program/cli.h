/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: which command, with which options, and where its request comes from. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"

/* FORMAT_ANSIBLE comes with the way of the call, and is no word of --format. The last two are
 * those of a drawing. */
enum format {
	FORMAT_JSON,
	FORMAT_TEXT,
	FORMAT_SALT,
	FORMAT_DSC,
	FORMAT_ANSIBLE,
	FORMAT_DOT,
	FORMAT_MERMAID,
	FORMAT_COUNT_
};

struct cli {
	const char *command; /* NULL where the first word is no command of ours */
	bool help;
	bool version;
	bool check;
	bool diff;
	bool detailed_exitcode;
	bool all;    /* text: each bind, however many are alike */
	bool boot;   /* check: judge the next boot too */
	bool ours;   /* boot: robind's own lines alone */
	bool helper; /* show: the lines that need mount.robind alone */
	bool status; /* watch: what the one that runs has done */
	enum format format;
	const char *format_word; /* as it was typed, NULL where it was not */
	const char *timeout;     /* as given, NULL where not */
	const char *fstab;       /* the file to use, NULL where not given */
	const char *to;          /* migrate: the type, NULL where not given */
	const char *metrics;     /* watch: the file for Prometheus, NULL where not given */
	const char *json;        /* the text of --json, NULL where not given */
	const char *input;       /* what the request is read from, for error_tell() */
	const char *
		*words; /* what is neither command nor option; the list alone is owned */
	size_t n_words;
	json_t *args; /* of a task of Ansible's, owned; NULL where it is not the caller */
};

/* Free what the command line owns; safe on {0} and twice. */
void cli_done(struct cli *cli);

/* Add a word, borrowed. Returns 0, or -1 with ERROR_MEMORY. */
MUST_CHECK int cli_add_word(struct cli *cli, const char *word, struct error *err);

/*
 * Read the command line. Returns 0, or -1 with ERROR_USAGE or ERROR_MEMORY; *ret then holds
 * what was read so far. Its words are those of argv.
 */
MUST_CHECK int cli_parse(int argc, char *argv[], struct cli *ret, struct error *err);

/*
 * The request that the command line names: --json, KEY=VALUE words, a file or standard
 * input, but no terminal that nobody named. *accept_text is set where all values are text,
 * and cli->input is what an error names as its place. Returns 0 with a new reference in
 * *ret, or -1 with ERROR_USAGE, ERROR_INPUT, ERROR_REQUEST or ERROR_MEMORY.
 */
MUST_CHECK int cli_request(struct cli *cli, json_t **ret, bool *accept_text,
			   struct error *err);

/* Whether this is an option whose value is the next word. */
bool cli_takes_value(const char *option);

/* Whether a word is KEY=VALUE: the key is a member's name, so that a path with a '=' is none. */
bool cli_is_member(const char *word);

/* The `i`th option that a command line may have, as it is typed; NULL after the last one. */
const char *cli_option_at(size_t i);

/* Whether that is one of a drawing, in which nothing else can be told. */
bool cli_draws(enum format format);

/* The `i`th word of --format that is that of a drawing, or is not; NULL after the last one. */
const char *cli_format_at(size_t i, bool draws);

/*
 * Whether the command's answer can have the format that was typed: a drawing is dot or mermaid,
 * and nothing else is. Where none was typed it becomes the command's default. Returns 0, or -1
 * with ERROR_USAGE, and the format then is that of the error.
 */
MUST_CHECK int cli_fit_format(struct cli *cli, bool is_drawing, struct error *err);

/* The text of --help; static. */
extern const char cli_help[];
