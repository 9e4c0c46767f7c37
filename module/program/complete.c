/* SPDX-License-Identifier: Apache-2.0 */
#include "complete.h"

#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "call.h"
#include "cli.h"
#include "complete_words.h"
#include "fstab/line.h"
#include "fstab/snapshot.h"
#include "output.h"
#include "reply/schema.h"
#include "reply_text.h"

#define FILES ":file\n"

struct typed {
	char **words; /* without the program */
	int n;
	const char *word; /* the last one, which is to be completed */
	const char *before;
	const char *command; /* NULL where it is not typed yet */
	const char *fstab;
	struct strbuf out;
};

bool complete_is_called(int argc, char *argv[])
{
	return argc >= 2 && strcmp(argv[1], "complete") == 0;
}

/* A candidate that begins as the word does: `head` is what is typed and stays. */
static void offer(struct typed *typed, const char *head, size_t n_head, const char *text,
		  const char *tail, const char *means)
{
	size_t n = strlen(typed->word);
	scoped_strbuf whole = {0};

	strbuf_add_bytes(&whole, head, n_head);
	strbuf_addf(&whole, "%s%s", text, tail);
	if (!strbuf_text(&whole) || strncmp(strbuf_text(&whole), typed->word, n) != 0 ||
	    strpbrk(strbuf_text(&whole), "\n\t"))
		return;
	strbuf_addf(&typed->out, "%s\t%s\n", strbuf_text(&whole), means ? means : "");
}

/* ---- the command line ---- */

static void read_words(struct typed *typed)
{
	typed->word = typed->n > 0 ? typed->words[typed->n - 1] : "";
	typed->before = typed->n > 1 ? typed->words[typed->n - 2] : "";
	for (int i = 0; i + 1 < typed->n; i++) {
		const char *word = typed->words[i];

		if (strncmp(word, "--fstab=", 8) == 0)
			typed->fstab = word + 8;
		if (cli_takes_value(word)) {
			typed->fstab = strcmp(word, "--fstab") == 0 ? typed->words[i + 1]
								    : typed->fstab;
			i++;
		} else if (word[0] != '-' && !typed->command) {
			typed->command = word;
		}
	}
}

static void offer_options(struct typed *typed)
{
	const char *name = NULL;

	for (size_t i = 0; (name = cli_option_at(i)); i++) {
		scoped_mem char *means = help_of(name);

		offer(typed, "", 0, name, "", means);
	}
}

static bool is_command(const struct typed *typed, const char *name)
{
	return typed->command && strcmp(typed->command, name) == 0;
}

static bool takes_request(const struct typed *typed)
{
	return is_command(typed, "apply") || is_command(typed, "check") ||
	       is_command(typed, "watch");
}

static void offer_formats(struct typed *typed, const char *head)
{
	const char *name = NULL;

	for (size_t i = 0; (name = cli_format_at(i, is_command(typed, "graph"))); i++) {
		bool is_of_all = strcmp(name, "json") == 0 || strcmp(name, "text") == 0;
		/* That of a caller who asks for one bind. */
		bool is_of_one = strcmp(name, "dsc") == 0;

		if (is_command(typed, "watch") ? is_of_all
					       : !is_of_one || takes_request(typed))
			offer(typed, head, strlen(head), name, "", NULL);
	}
}

static void offer_commands(struct typed *typed)
{
	scoped_mem char *name = NULL;

	for (size_t i = 0; (name = command_at(i)); i++) {
		scoped_mem char *means = help_of(name);

		offer(typed, "", 0, name, "", means);
		scoped_release_mem(&name);
		name = NULL;
	}
}

/* ---- what fstab lists ---- */

static void offer_targets(struct typed *typed, const char *head)
{
	struct fstab_snapshot snapshot;
	struct error err = {0};
	int r = snapshot_open(&snapshot, typed->fstab ? typed->fstab : FSTAB_PATH, false,
			      &err);

	for (size_t i = 0; r == 0 && snapshot.is_read && i < snapshot.fstab.n_entries;
	     i++) {
		const struct fstab_entry *entry = &snapshot.fstab.entries[i];

		if (line_look(entry).is_bind && entry->place)
			offer(typed, head, strlen(head), entry->place, "", "in fstab");
	}
	snapshot_done(&snapshot);
}

/* ---- the members of a request ---- */

static bool is_given(const struct typed *typed, const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i + 1 < typed->n; i++) {
		if (strncmp(typed->words[i], name, n) == 0 && typed->words[i][n] == '=')
			return true;
	}
	return false;
}

static void offer_members(struct typed *typed, const json_t *members)
{
	const char *name = NULL;
	json_t *member = NULL;

	json_object_foreach((json_t *)members, name, member)
	{
		if (strcmp(name, "binds") != 0 && !is_given(typed, name))
			offer(typed, "", 0, name, "=", member_text(member, "description"));
	}
}

/* What the word has before its value begins, commas and all. */
static size_t head_length(const char *word)
{
	const char *comma = strrchr(word, ',');
	const char *equals = strchr(word, '=');

	return comma ? (size_t)(comma - word) + 1 : (size_t)(equals - word) + 1;
}

static void offer_each(struct typed *typed, const json_t *values)
{
	size_t n = head_length(typed->word);
	size_t i = 0;
	json_t *value = NULL;

	json_array_foreach(values, i, value)
	{
		const char *text = json_is_true(value)    ? "true"
				   : json_is_false(value) ? "false"
							  : json_string_value(value);

		if (text)
			offer(typed, typed->word, n, text, "", NULL);
	}
}

static bool has_type(const json_t *member, const char *type)
{
	const json_t *types = json_object_get(member, "type");
	size_t i = 0;
	json_t *one = NULL;

	json_array_foreach(types, i, one)
	{
		if (strcmp(json_string_value(one), type) == 0)
			return true;
	}
	return types && json_is_string(types) &&
	       strcmp(json_string_value(types), type) == 0;
}

static void offer_values(struct typed *typed, const json_t *member)
{
	size_t n = head_length(typed->word);

	offer_each(typed, json_object_get(member, "enum"));
	offer_each(typed, json_object_get(json_object_get(member, "items"), "enum"));
	if (has_type(member, "boolean")) {
		offer(typed, typed->word, n, "true", "", NULL);
		offer(typed, typed->word, n, "false", "", NULL);
	}
	if (strncmp(typed->word, "target=", 7) == 0)
		offer_targets(typed, "target=");
	if (strncmp(member_text(member, "pattern"), "^/", 2) == 0)
		strbuf_add(&typed->out, FILES);
}

static void offer_request(struct typed *typed)
{
	scoped_json json_t *schema = schema_of_request();
	size_t n = strcspn(typed->word, "=");
	/* The request of one bind has the members of both. */
	const json_t *members =
		json_object_get(json_array_get(json_object_get(schema, "oneOf"), 1),
				"properties");
	scoped_mem char *name = strndup(typed->word, n);

	if (name && typed->word[n] == '=') {
		offer_values(typed, json_object_get(members, name));
	} else {
		offer_members(typed, members);
		strbuf_add(&typed->out, FILES);
	}
}

static void offer_words(struct typed *typed)
{
	if (takes_request(typed)) {
		offer_request(typed);
	} else if (is_command(typed, "show") || is_command(typed, "graph")) {
		offer_targets(typed, "");
		strbuf_add(&typed->out, FILES);
	} else if (is_command(typed, "schema")) {
		offer(typed, "", 0, "request", "", NULL);
		offer(typed, "", 0, "reply", "", NULL);
	}
}

int complete_run(int argc, char *argv[])
{
	struct typed typed = {.words = argv + 2, .n = argc - 2};
	int r = 0;

	read_words(&typed);
	if (strcmp(typed.before, "--format") == 0)
		offer_formats(&typed, "");
	else if (strncmp(typed.word, "--format=", 9) == 0)
		offer_formats(&typed, "--format=");
	else if (strcmp(typed.before, "--fstab") == 0 ||
		 strcmp(typed.before, "--metrics") == 0)
		strbuf_add(&typed.out, FILES);
	else if (cli_takes_value(typed.before))
		strbuf_add(&typed.out, "");
	else if (typed.word[0] == '-')
		offer_options(&typed);
	else if (!typed.command)
		offer_commands(&typed);
	else
		offer_words(&typed);
	r = output_text(strbuf_text(&typed.out) ? strbuf_text(&typed.out) : "");
	strbuf_done(&typed.out);
	return r < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}
