#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "input.h"
#include "request/json_parse.h"

const char cli_help[] =
	"robind makes read-only bind mounts true, and keeps them true.\n"
	"\n"
	"  robind apply  [OPTIONS] [REQUEST | KEY=VALUE...]   make it so\n"
	"  robind check  [OPTIONS] [REQUEST | KEY=VALUE...]   say what apply would do\n"
	"  robind show   [OPTIONS] [TARGET...]                what is there now\n"
	"  robind boot   [OPTIONS]                            make what fstab lists so\n"
	"  robind schema request|reply                        the JSON Schema of either\n"
	"\n"
	"REQUEST is a file, or - or nothing for standard input.\n"
	"\n"
	"  --json TEXT           the request itself\n"
	"  --check               apply: change nothing, say what would change\n"
	"  --diff                add a text of each bind before and after\n"
	"  --format FORMAT       json (the default), text or salt\n"
	"  --detailed-exitcode   apply: exit 2 when something changed\n"
	"  --boot                check: judge the next boot too\n"
	"  --ours                boot: only the lines with x-robind\n"
	"  --fstab FILE          another file than /etc/fstab\n"
	"  --timeout SECONDS     for waiting and working together (default 30)\n"
	"  --help, --version\n"
	"\n"
	"Exit status: apply, show and boot 0, or 1 on any failure;\n"
	"check 0 in sync, 2 out of sync, 1 on any failure.\n";

static const char *const formats[FORMAT_COUNT_] = {
	[FORMAT_JSON] = "json",
	[FORMAT_TEXT] = "text",
	[FORMAT_SALT] = "salt",
};

static int take_format(struct cli *cli, const char *value, struct error *err)
{
	for (size_t i = 0; i < FORMAT_COUNT_; i++) {
		if (formats[i] && strcmp(formats[i], value) == 0) {
			cli->format = (enum format)i;
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "--format must be json, text or salt, not '%s'", value);
}

/* An option that stands alone. Returns whether it is one. */
static bool take_switch(struct cli *cli, const char *word)
{
	const struct {
		const char *name;
		bool *value;
	} switches[] = {
		{"--help", &cli->help},   {"--version", &cli->version},
		{"--check", &cli->check}, {"--diff", &cli->diff},
		{"-h", &cli->help},       {"--detailed-exitcode", &cli->detailed_exitcode},
		{"--boot", &cli->boot},   {"--ours", &cli->ours},
	};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		if (strcmp(switches[i].name, word) == 0) {
			*switches[i].value = true;
			return true;
		}
	}
	return false;
}

/* An option with a value, as two words or as --NAME=VALUE. *used is how many words it took. */
static int take_option(struct cli *cli, char *argv[], int *used, struct error *err)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
		{"--format", NULL},
		{"--fstab", &cli->fstab},
		{"--json", &cli->json},
		{"--timeout", &cli->timeout},
	};

	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		size_t n = strlen(options[i].name);
		const char *value = argv[1];

		if (strncmp(argv[0], options[i].name, n) != 0 ||
		    (argv[0][n] != '\0' && argv[0][n] != '='))
			continue;
		*used = argv[0][n] == '=' ? 1 : 2;
		if (argv[0][n] == '=')
			value = argv[0] + n + 1;
		if (!value)
			return error_set(err, ERROR_USAGE, 0, PTR_ROOT, "%s needs a value",
					 options[i].name);
		if (!options[i].value)
			return take_format(cli, value, err);
		*options[i].value = value;
		return 0;
	}
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "unknown option '%s'; see robind --help", argv[0]);
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
	bool only_words = false;
	int used = 0;
	int r = 0;

	*ret = (struct cli){0};
	for (int i = 1; i < argc; i += used) {
		/* The first error stands; --format after it is still read, to answer in it. */
		struct error later = {0};

		if (take_word(ret, argv + i, &only_words, &used, r < 0 ? &later : err) < 0)
			r = -1;
	}
	return r;
}

void cli_done(struct cli *cli)
{
	json_decref(cli->args);
	free(cli->words);
	*cli = (struct cli){0};
}

/* ---- the request ---- */

/* KEY=VALUE: the key is a member's name, so that a path with a '=' in it is none. */
static const char *value_of(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && word[n] == '=' ? word + n + 1 : NULL;
}

static int add_word(json_t *doc, const char *word, struct error *err)
{
	char key[64];
	const char *value = value_of(word);
	size_t n = value ? (size_t)(value - word) - 1 : 0;

	if (!value || n >= sizeof(key))
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' must be KEY=VALUE like the words beside it", word);
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

int cli_request(const struct cli *cli, json_t **ret, bool *accept_text, struct error *err)
{
	const char *name = cli->n_words > 0 ? cli->words[0] : "-";
	scoped_mem char *text = NULL;
	size_t size = 0;

	*accept_text = false;
	if (cli->json && cli->n_words > 0)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' must not stand beside --json", name);
	if (cli->json)
		return jsontext_parse(cli->json, strlen(cli->json), ret, err);
	if (value_of(name)) {
		*accept_text = true;
		return request_of_words(cli, ret, err);
	}
	if (cli->n_words > 1)
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "one request at a time, not '%s' as well", cli->words[1]);
	if (input_read(name, JSONTEXT_MAX_BYTES, &text, &size, err) < 0)
		return -1;
	return jsontext_parse(text, size, ret, err);
}
