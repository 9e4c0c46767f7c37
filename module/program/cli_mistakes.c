/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_mistakes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/near_miss.h"
#include "base/strbuf.h"
#include "cli.h"
#include "request/request.h"
#include "request/unknown_member.h"

static int usage(struct error *err, const char *text)
{
	if (!text)
		return error_no_memory(err);
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT, "%s", text);
}

/* The member of a request or of its one bind that is near a word, or NULL. */
static const char *member_near(const char *word, size_t length)
{
	const struct field_set shapes[] = {
		{request_bind_fields, request_n_bind_fields, NULL},
		{request_fields, request_n_fields, NULL},
	};

	return unknown_member_meant(shapes, ARRAY_LEN(shapes), word, length);
}

/* "a, b or c" */
static void put_words(struct strbuf *buf, const char *const words[], size_t n_words)
{
	const char *last = NULL;
	bool is_first = true;

	for (size_t i = 0; i < n_words; i++) {
		if (!words[i])
			continue;
		if (last)
			strbuf_addf(buf, "%s%s", is_first ? "" : ", ", last);
		is_first = is_first && !last;
		last = words[i];
	}
	if (last)
		strbuf_addf(buf, "%s%s", is_first ? "" : " or ", last);
}

int cli_unknown_word(const char *who, const char *given, const char *const words[],
		     size_t n_words, struct error *err)
{
	struct near_miss miss = near_miss_of(given, strlen(given));
	char meant[NEAR_MISS_SIZE];
	scoped_strbuf text = {0};

	for (size_t i = 0; i < n_words; i++) {
		if (words[i])
			near_miss_try(&miss, words[i]);
	}
	strbuf_addf(&text, "%s must be ", who);
	put_words(&text, words, n_words);
	strbuf_addf(&text, ", not '%.64s'%s", given, near_miss_text(&miss, meant));
	return usage(err, strbuf_text(&text));
}

/* ---- options ---- */

/* What other programs call them. */
/* clang-format off */
static const struct { const char *name; const char *meant; } foreign_options[] = {
	{ "--dry-run",  "'robind check', or --check" },
	{ "--dryrun",   "'robind check', or --check" },
	{ "--noop",     "'robind check', or --check" },
	{ "--no-op",    "'robind check', or --check" },
	{ "--what-if",  "'robind check', or --check" },
	{ "--test",     "'robind check', or --check" },
	{ "-n",         "'robind check', or --check" },
	{ "-C",         "'robind check', or --check" },
	{ "-D",         "--diff" },
	{ "-V",         "--version" },
	{ "-f",         "the file's name alone, without '-f'" },
	{ "--file",     "the file's name alone, without '--file'" },
	{ "--request",  "the file's name alone, without '--request'" },
	{ "--text",     "-t" },
	{ "--output",   "--format" },
	{ "--quiet",    "--format" },
};
/* clang-format on */

static const char *foreign_meant(const char *given, size_t length)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign_options); i++) {
		if (strlen(foreign_options[i].name) == length &&
		    strncmp(foreign_options[i].name, given, length) == 0)
			return foreign_options[i].meant;
	}
	return NULL;
}

int cli_unknown_option(const char *given, struct error *err)
{
	size_t length = strcspn(given, "=");
	size_t dashes = strspn(given, "-");
	struct near_miss miss = near_miss_of(given, length);
	const char *foreign = foreign_meant(given, length);
	const char *member = NULL;
	const char *name = NULL;
	char meant[NEAR_MISS_SIZE];

	if (foreign)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "unknown option '%.*s'; did you mean %s?", (int)length,
				 given, foreign);
	/* Two letters are near to anything. */
	for (size_t i = 0; length > 2 && (name = cli_option_at(i)); i++)
		near_miss_try(&miss, name);
	if (!miss.best && length > dashes)
		member = member_near(given + dashes, length - dashes);
	if (member)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "unknown option '%.*s'; did you mean '%s=VALUE'?",
				 (int)length, given, member);
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT, "unknown option '%.*s'%s",
			 (int)length, given,
			 miss.best ? near_miss_text(&miss, meant) : "; see robind --help");
}

int cli_no_value(const char *name, const char *next, struct error *err)
{
	if (!next)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "%s needs a value, and nothing follows it", name);
	return error_set(
		err, ERROR_USAGE, 0, PTR_ROOT,
		"%s needs a value, and '%.64s' is an option; if it is meant as the "
		"value, write %s=%.64s",
		name, next, name, next);
}

/* ---- commands ---- */

/* clang-format off */
static const struct { const char *name; const char *meant; } foreign_commands[] = {
	{ "help",    "robind --help" },
	{ "version", "robind --version" },
	{ "mount",   "robind apply" },
	{ "bind",    "robind apply" },
	{ "add",     "robind apply" },
	{ "run",     "robind apply" },
	{ "umount",  "robind apply target=TARGET state=absent" },
	{ "unmount", "robind apply target=TARGET state=absent" },
	{ "remove",  "robind apply target=TARGET state=absent" },
	{ "status",  "robind show" },
	{ "list",    "robind show" },
	{ "ls",      "robind show" },
	{ "plan",    "robind check" },
	{ "test",    "robind check" },
	{ "verify",  "robind check" },
	{ "diff",    "robind check --diff" },
};
/* clang-format on */

int cli_unknown_command(const char *given, const char *const commands[], size_t n_commands,
			struct error *err)
{
	struct near_miss miss = near_miss_of(given ? given : "", given ? strlen(given) : 0);
	char meant[NEAR_MISS_SIZE];
	scoped_strbuf text = {0};

	if (given)
		strbuf_addf(&text, "unknown command '%.64s'", given);
	else
		strbuf_add(&text, "a command is missing");
	for (size_t i = 0; i < n_commands; i++)
		near_miss_try(&miss, commands[i]);
	for (size_t i = 0; given && i < ARRAY_LEN(foreign_commands); i++) {
		if (strcmp(foreign_commands[i].name, given) == 0)
			miss.best = foreign_commands[i].meant;
	}
	if (miss.best) {
		strbuf_add(&text, near_miss_text(&miss, meant));
	} else if (given && (strchr(given, '=') || access(given, F_OK) == 0)) {
		strbuf_addf(&text, "; did you mean 'robind apply %.200s'?", given);
	} else {
		strbuf_add(&text, ": ");
		put_words(&text, commands, n_commands);
		strbuf_add(&text, "; see robind --help");
	}
	return usage(err, strbuf_text(&text));
}

/* ---- requests ---- */

int cli_too_many(const char *first, const char *second, bool has_value, struct error *err)
{
	if (has_value)
		return cli_no_member(first, err);
	if (first[0] == '/' && second[0] == '/')
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' and '%s': one request file at a time. For one bind "
				 "write source=%s target=%s",
				 first, second, first, second);
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "'%s' and '%s': one request file at a time", first, second);
}

int cli_no_member(const char *word, struct error *err)
{
	size_t length = strcspn(word, "=");
	const char *member = member_near(word, length);

	if (word[length] == '=' && member)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "no such member as '%.*s'; did you mean '%s'?",
				 length < 64 ? (int)length : 64, word, member);
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "'%s' must be KEY=VALUE like the words beside it", word);
}

int cli_unreadable(const char *name, struct error *err)
{
	size_t length = strcspn(name, "=");

	if (name[strspn(name, " \t\r\n")] == '{')
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%.32s...' is no file's name; write --json TEXT for a "
				 "request on the command line",
				 name);
	if (err->number == ENOENT && name[length] == '=' && !memchr(name, '/', length))
		return cli_no_member(name, err);
	return -1;
}
