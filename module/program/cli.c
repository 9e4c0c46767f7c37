/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cli_mistakes.h"

static const char *const formats[FORMAT_COUNT_] = {
	[FORMAT_JSON] = "json", [FORMAT_TEXT] = "text", [FORMAT_SALT] = "salt",
	[FORMAT_DSC] = "dsc",   [FORMAT_DOT] = "dot",   [FORMAT_MERMAID] = "mermaid",
};

/* `who` asks for the format `value`. */
static int take_format(struct cli *cli, const char *who, const char *value,
		       struct error *err)
{
	for (size_t i = 0; i < FORMAT_COUNT_; i++) {
		if (formats[i] && strcmp(formats[i], value) == 0) {
			cli->format = (enum format)i;
			return 0;
		}
	}
	return cli_unknown_word(who, value, formats, ARRAY_LEN(formats), err);
}

/* ---- the options ---- */

enum switch_kind { SWITCH_ON, SWITCH_TEXT };

/* clang-format off */
static const struct { const char *name; enum switch_kind kind; size_t offset; } switches[] = {
	{ "--help",              SWITCH_ON,   offsetof(struct cli, help) },
	{ "-h",                  SWITCH_ON,   offsetof(struct cli, help) },
	{ "--version",           SWITCH_ON,   offsetof(struct cli, version) },
	{ "--check",             SWITCH_ON,   offsetof(struct cli, check) },
	{ "--diff",              SWITCH_ON,   offsetof(struct cli, diff) },
	{ "--detailed-exitcode", SWITCH_ON,   offsetof(struct cli, detailed_exitcode) },
	{ "--all",               SWITCH_ON,   offsetof(struct cli, all) },
	{ "--boot",              SWITCH_ON,   offsetof(struct cli, boot) },
	{ "--ours",              SWITCH_ON,   offsetof(struct cli, ours) },
	{ "--helper",            SWITCH_ON,   offsetof(struct cli, helper) },
	{ "--status",            SWITCH_ON,   offsetof(struct cli, status) },
	{ "-t",                  SWITCH_TEXT, 0 },
};

/* What is no text to store is a format. */
#define NO_OFFSET ((size_t)-1)
static const struct { const char *name; size_t offset; } options[] = {
	{ "--format",  NO_OFFSET },
	{ "--fstab",   offsetof(struct cli, fstab) },
	{ "--json",    offsetof(struct cli, json) },
	{ "--metrics", offsetof(struct cli, metrics) },
	{ "--timeout", offsetof(struct cli, timeout) },
	{ "--to",      offsetof(struct cli, to) },
};
/* clang-format on */

const char *cli_option_at(size_t i)
{
	if (i < ARRAY_LEN(switches))
		return switches[i].name;
	i -= ARRAY_LEN(switches);
	return i < ARRAY_LEN(options) ? options[i].name : NULL;
}

bool cli_takes_value(const char *option)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (strcmp(options[i].name, option) == 0)
			return true;
	}
	return false;
}

/* An option that stands alone. Returns whether it is one. */
static bool take_switch(struct cli *cli, const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		if (strcmp(switches[i].name, word) != 0)
			continue;
		if (switches[i].kind == SWITCH_TEXT) {
			cli->format = FORMAT_TEXT;
			cli->format_word = word;
		} else {
			*(bool *)((char *)cli + switches[i].offset) = true;
		}
		return true;
	}
	return false;
}

/* Whether a word is the next option, and no value of the one before it. */
static bool is_option(const char *word)
{
	const char *name = NULL;

	if (strncmp(word, "--", 2) == 0)
		return true;
	for (size_t i = 0; (name = cli_option_at(i)); i++) {
		if (strcmp(name, word) == 0)
			return true;
	}
	return false;
}

static int store(struct cli *cli, size_t i, const char *value, struct error *err)
{
	if (options[i].offset == NO_OFFSET) {
		cli->format_word = value;
		return take_format(cli, options[i].name, value, err);
	}
	*(const char **)((char *)cli + options[i].offset) = value;
	return 0;
}

/* An option with a value, as two words or as --NAME=VALUE. *used is how many words it took. */
static int take_option(struct cli *cli, char *argv[], int *used, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		size_t n = strlen(options[i].name);

		if (strncmp(argv[0], options[i].name, n) != 0 ||
		    (argv[0][n] != '\0' && argv[0][n] != '='))
			continue;
		if (argv[0][n] == '=')
			return store(cli, i, argv[0] + n + 1, err);
		if (!argv[1] || is_option(argv[1]))
			return cli_no_value(options[i].name, argv[1], err);
		*used = 2;
		return store(cli, i, argv[1], err);
	}
	return cli_unknown_option(argv[0], err);
}

int cli_add_word(struct cli *cli, const char *word, struct error *err)
{
	if (ARRAY_RESERVE(cli->words, cli->n_words, 1) < 0)
		return error_no_memory(err);
	cli->words[cli->n_words++] = word;
	return 0;
}

static int take_word(struct cli *cli, char *argv[], bool *only_words, int *used,
		     struct error *err)
{
	*used = 1;
	if (*only_words || argv[0][0] != '-' || argv[0][1] == '\0') {
		if (cli->command)
			return cli_add_word(cli, argv[0], err);
		cli->command = argv[0];
		return 0;
	}
	if (strcmp(argv[0], "--") == 0) {
		*only_words = true;
		return 0;
	}
	if (take_switch(cli, argv[0]))
		return 0;
	return take_option(cli, argv, used, err);
}

int cli_parse(int argc, char *argv[], struct cli *ret, struct error *err)
{
	const char *format = getenv("ROBIND_FORMAT");
	bool only_words = false;
	int used = 0;
	int r = 0;

	*ret = (struct cli){0};
	if (format && format[0] != '\0')
		r = take_format(ret, "ROBIND_FORMAT", format, err);
	for (int i = 1; i < argc; i += used) {
		/* The first error stands; --format after it is still read, to answer in it. */
		struct error later = {0};

		if (take_word(ret, argv + i, &only_words, &used, r < 0 ? &later : err) < 0)
			r = -1;
	}
	return r;
}

/* An instance of DSC is a bind that is asked for. */
static int refuse_dsc(struct cli *cli, struct error *err)
{
	cli->format = FORMAT_JSON;
	if (!cli->format_word)
		return 0;
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "'dsc' is for 'robind apply' and 'robind check' alone");
}

bool cli_draws(enum format format)
{
	return format == FORMAT_DOT || format == FORMAT_MERMAID;
}

const char *cli_format_at(size_t i, bool draws)
{
	for (size_t f = 0; f < FORMAT_COUNT_; f++) {
		if (formats[f] && draws == cli_draws(f) && i-- == 0)
			return formats[f];
	}
	return NULL;
}

int cli_fit_format(struct cli *cli, bool is_drawing, struct error *err)
{
	bool draws = cli_draws(cli->format);

	if (cli->format == FORMAT_DSC && !is_drawing &&
	    strcmp(cli->command, "apply") != 0 && strcmp(cli->command, "check") != 0)
		return refuse_dsc(cli, err);
	if (is_drawing == draws)
		return 0;
	cli->format = is_drawing && !cli->format_word ? FORMAT_DOT : FORMAT_JSON;
	if (is_drawing && cli->format_word)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "a graph is drawn as dot or mermaid, not as '%s'",
				 cli->format_word);
	if (draws && cli->format_word)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' is for 'robind graph' alone", cli->format_word);
	return 0;
}

void cli_done(struct cli *cli)
{
	json_decref(cli->args);
	free(cli->words);
	*cli = (struct cli){0};
}
