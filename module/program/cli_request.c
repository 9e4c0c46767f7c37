/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli.h"
#include "cli_mistakes.h"
#include "input.h"
#include "request/json_parse.h"

/* KEY=VALUE: the key is a member's name, so that a path with a '=' in it is none. */
static const char *value_of(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && word[n] == '=' ? word + n + 1 : NULL;
}

bool cli_is_member(const char *word)
{
	return value_of(word) != NULL;
}

static int add_word(json_t *doc, const char *word, struct error *err)
{
	char key[64];
	const char *value = value_of(word);
	size_t n = value ? (size_t)(value - word) - 1 : 0;

	if (!value || n >= sizeof(key))
		return cli_no_member(word, err);
	memcpy(key, word, n);
	key[n] = '\0';
	if (json_object_get(doc, key))
		return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, key),
				 "must not be given twice");
	if (json_object_set_new(doc, key, json_string(value)) < 0)
		return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, key),
				 "must be UTF-8");
	return 0;
}

static int request_of_words(const struct cli *cli, json_t **ret, struct error *err)
{
	scoped_json json_t *doc = json_object();

	if (!doc)
		return error_no_memory(err);
	for (size_t i = 0; i < cli->n_words; i++) {
		if (add_word(doc, cli->words[i], err) < 0)
			return -1;
	}
	*ret = STEAL(doc);
	return 0;
}

/* ---- texts ---- */

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\0' || !strchr(" \t\r\n", text[i]))
			return false;
	}
	return true;
}

/* `name` is that of a file, or NULL for standard input. */
static int refuse_empty(const char *name, struct error *err)
{
	if (name)
		return error_set(err, ERROR_REQUEST, 0, PTR_ROOT,
				 "'%s' is empty: it must hold a request", name);
	return error_set(err, ERROR_REQUEST, 0, PTR_ROOT,
			 "standard input is empty: name a file, write KEY=VALUE words, or "
			 "use --json TEXT");
}

static int request_of_json(struct cli *cli, json_t **ret, struct error *err)
{
	size_t n = strlen(cli->json);

	if (is_blank(cli->json, n))
		return error_set(err, ERROR_REQUEST, 0, PTR_ROOT,
				 "the text of --json is empty: it must hold a request");
	if (!strpbrk(cli->json, "{[") && access(cli->json, F_OK) == 0)
		return error_set(
			err, ERROR_USAGE, 0, PTR_ROOT,
			"--json takes the text of a request, and '%.200s' is a file: "
			"name it without --json",
			cli->json);
	cli->input = "--json";
	if (jsontext_parse(cli->json, n, ret, err) < 0)
		return -1;
	cli->input = NULL; /* its members have one place: there is no other request */
	return 0;
}

static int request_of_file(struct cli *cli, const char *name, json_t **ret,
			   struct error *err)
{
	bool is_stdin = strcmp(name, "-") == 0;
	scoped_mem char *text = NULL;
	size_t size = 0;

	if (is_stdin && cli->n_words == 0 && isatty(STDIN_FILENO))
		return error_set(
			err, ERROR_USAGE, 0, PTR_ROOT,
			"a request is missing: name a file, write KEY=VALUE words, "
			"use --json TEXT, or '-' to type it here");
	if (input_read(name, JSONTEXT_MAX_BYTES, &text, &size, err) < 0)
		return err->kind == ERROR_INPUT ? cli_unreadable(name, err) : -1;
	if (is_blank(text, size))
		return refuse_empty(is_stdin ? NULL : name, err);
	cli->input = is_stdin ? "standard input" : name;
	if (jsontext_parse(text, size, ret, err) < 0)
		return -1;
	cli->input = is_stdin ? NULL : name;
	return 0;
}

int cli_request(struct cli *cli, json_t **ret, bool *accept_text, struct error *err)
{
	const char *name = cli->n_words > 0 ? cli->words[0] : "-";

	*accept_text = false;
	if (cli->json && cli->n_words > 0)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' must not stand beside --json: one request at a time",
				 name);
	if (cli->json)
		return request_of_json(cli, ret, err);
	if (value_of(name)) {
		*accept_text = true;
		cli->input = "";
		return request_of_words(cli, ret, err);
	}
	if (cli->n_words > 1)
		return cli_too_many(name, cli->words[1], value_of(cli->words[1]), err);
	return request_of_file(cli, name, ret, err);
}
