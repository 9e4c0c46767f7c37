#include "readers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "request.h"
#include "scoped.h"
#include "want.h"

static int read_path(const struct decode *d, const json_t *v, const struct at *at,
		     void *dst)
{
	struct path_fault fault = {0};
	char *path = NULL;

	if (!json_is_string(v))
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must be a string");
	path = path_normalise(json_string_value(v), json_string_length(v), &fault);
	if (!path && fault.must)
		return fail_set(d->f, FAIL_REQUEST, 0, at, "'%s' %s", json_string_value(v),
				fault.must);
	if (!path)
		return fail_set(d->f, FAIL_MEMORY, ENOMEM, at, "out of memory");
	*(char **)dst = path;
	return 0;
}

static int read_target(const struct decode *d, const json_t *v, const struct at *at,
		       void *dst)
{
	if (json_is_string(v) &&
	    strspn(json_string_value(v), "/") == json_string_length(v) &&
	    json_string_length(v) > 0)
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must not be '/'");
	return read_path(d, v, at, dst);
}

static int read_source_mount(const struct decode *d, const json_t *v, const struct at *at,
			     void *dst)
{
	struct source_mount found = {0};
	bool is_path = json_is_string(v) && json_string_value(v)[0] == '/';

	if (is_path && read_path(d, v, at, &found.path) < 0)
		return -1;
	if (!is_path && decode_bool.read(d, v, at, &found.is_asked) < 0)
		return fail_set(d->f, FAIL_REQUEST, 0, at,
				"must be true, false or an absolute path");
	found.is_asked |= is_path;
	*(struct source_mount *)dst = found;
	return 0;
}

/* JSON text may hold a NUL, behind which strcmp() sees nothing. */
static bool is_word(const json_t *v, const char *word)
{
	return json_is_string(v) && json_string_length(v) == strlen(word) &&
	       strcmp(json_string_value(v), word) == 0;
}

static int read_state(const struct decode *d, const json_t *v, const struct at *at,
		      void *dst)
{
	for (size_t i = 0; i < STATE_COUNT_; i++) {
		if (is_word(v, state_rules[i].name)) {
			*(enum state *)dst = (enum state)i;
			return 0;
		}
	}
	return fail_set(d->f, FAIL_REQUEST, 0, at,
			"must be the name of a state, such as 'ephemeral'");
}

static int add_option(const struct decode *d, const struct at *at, const char *word,
		      size_t length, struct flags *flags)
{
	const char *why = NULL;
	int n = length < 64 ? (int)length : 64;

	switch (flags_add(flags, word, length, &why)) {
	case FLAGS_WORD_OK:
	case FLAGS_WORD_IMPLIED:
		return 0;
	case FLAGS_WORD_REFUSED:
		return fail_set(d->f, FAIL_REQUEST, 0, at, "%s", why);
	case FLAGS_WORD_CLASHES:
		return fail_set(d->f, FAIL_REQUEST, 0, at,
				"'%.*s' contradicts an option before it", n, word);
	case FLAGS_WORD_UNKNOWN:
		break;
	}
	return fail_set(d->f, FAIL_REQUEST, 0, at, "'%.*s' is not a per-mount option", n,
			word);
}

/* One comma-joined string; an empty one means no options. */
static int add_words(const struct decode *d, const struct at *at, const json_t *v,
		     struct flags *flags)
{
	const char *word = json_string_value(v);
	const char *end = word + json_string_length(v);

	if (word == end)
		return 0;
	for (;;) {
		const char *comma = memchr(word, ',', (size_t)(end - word));

		if (add_option(d, at, word, (size_t)((comma ? comma : end) - word), flags) <
		    0)
			return -1;
		if (!comma)
			return 0;
		word = comma + 1;
	}
}

static int read_options(const struct decode *d, const json_t *v, const struct at *at,
			void *dst)
{
	struct flags flags = {0};
	size_t i = 0;
	json_t *word = NULL;

	if (json_is_string(v) && add_words(d, at, v, &flags) < 0)
		return -1;
	if (!json_is_string(v) && !json_is_array(v))
		return fail_set(d->f, FAIL_REQUEST, 0, at,
				"must be a list of options or one comma-joined string");
	json_array_foreach(v, i, word)
	{
		if (!json_is_string(word))
			return fail_set(d->f, FAIL_REQUEST, 0, AT_INDEX(at, i),
					"must be a string");
		if (add_option(d, AT_INDEX(at, i), json_string_value(word),
			       json_string_length(word), &flags) < 0)
			return -1;
	}
	*(struct flags *)dst = flags;
	return 0;
}

/* Whether a word can stand in fstab as one option; which ones may is for request.c. */
static const char *option_fault(const char *word, size_t length)
{
	if (length == 0)
		return "must not be empty";
	if (strlen(word) != length || strpbrk(word, " \t\r\n,#\"\\"))
		return "must be one option, without blanks, commas, quotes, backslashes or "
		       "'#'";
	return NULL;
}

static int add_fstab_option(const struct decode *d, const struct at *at, const char *word,
			    size_t length, struct words_list *list)
{
	scoped_mem char *copy = strndup(word, length);
	const char *fault = copy ? option_fault(copy, length) : NULL;
	char **more = reallocarray(list->items, list->count + 1, sizeof(*more));

	if (more)
		list->items = more;
	if (!copy || !more)
		return fail_set(d->f, FAIL_MEMORY, ENOMEM, at, "out of memory");
	if (fault)
		return fail_set(d->f, FAIL_REQUEST, 0, at, "'%.64s' %s", copy, fault);
	list->items[list->count++] = STEAL(copy);
	return 0;
}

static int add_fstab_words(const struct decode *d, const struct at *at, const json_t *v,
			   struct words_list *list)
{
	const char *word = json_string_value(v);
	const char *end = word + json_string_length(v);

	while (word < end) {
		const char *comma = memchr(word, ',', (size_t)(end - word));
		size_t length = (size_t)((comma ? comma : end) - word);

		if (add_fstab_option(d, at, word, length, list) < 0)
			return -1;
		word += length + 1;
	}
	return 0;
}

/* Stored piece by piece: want_done() frees what an error left. */
static int read_fstab_options(const struct decode *d, const json_t *v, const struct at *at,
			      void *dst)
{
	struct words_list *list = dst;
	size_t i = 0;
	json_t *word = NULL;

	if (json_is_string(v))
		return add_fstab_words(d, at, v, list);
	if (!json_is_array(v))
		return fail_set(d->f, FAIL_REQUEST, 0, at,
				"must be a list of options or one comma-joined string");
	json_array_foreach(v, i, word)
	{
		if (!json_is_string(word))
			return fail_set(d->f, FAIL_REQUEST, 0, AT_INDEX(at, i),
					"must be a string");
		if (add_fstab_option(d, AT_INDEX(at, i), json_string_value(word),
				     json_string_length(word), list) < 0)
			return -1;
	}
	return 0;
}

static int read_fstab_type(const struct decode *d, const json_t *v, const struct at *at,
			   void *dst)
{
	for (size_t i = 0; i < FSTAB_TYPE_COUNT_; i++) {
		if (is_word(v, fstab_type_names[i])) {
			*(enum fstab_type *)dst = (enum fstab_type)i;
			return 0;
		}
	}
	return fail_set(d->f, FAIL_REQUEST, 0, at, "must be 'none' or 'robind'");
}

/* It stands in an option's name, so it may hold nothing that ends one. */
static int read_set(const struct decode *d, const json_t *v, const struct at *at, void *dst)
{
	const char *name = json_string_value(v);
	size_t n = json_string_length(v);
	char *copy = NULL;

	if (!name || n == 0 || n > 64 ||
	    strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") !=
		    n)
		return fail_set(
			d->f, FAIL_REQUEST, 0, at,
			"must be a name of 1 to 64 letters, digits, '_', '.' and '-'");
	copy = strdup(name);
	if (!copy)
		return fail_set(d->f, FAIL_MEMORY, ENOMEM, at, "out of memory");
	*(char **)dst = copy;
	return 0;
}

static int read_purge(const struct decode *d, const json_t *v, const struct at *at,
		      void *dst)
{
	bool rest = false;

	if (is_word(v, "all")) {
		*(enum purge *)dst = PURGE_ALL;
		return 0;
	}
	if (decode_bool.read(d, v, at, &rest) < 0)
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must be true, false or 'all'");
	*(enum purge *)dst = rest ? PURGE_REST : PURGE_NONE;
	return 0;
}

static int read_daemon_reload(const struct decode *d, const json_t *v, const struct at *at,
			      void *dst)
{
	bool never = is_word(v, "never");

	if (!never && !is_word(v, "auto"))
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must be 'auto' or 'never'");
	*(bool *)dst = never;
	return 0;
}

static int read_on_error(const struct decode *d, const json_t *v, const struct at *at,
			 void *dst)
{
	bool stop = is_word(v, "stop");

	if (!stop && !is_word(v, "continue"))
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must be 'continue' or 'stop'");
	*(bool *)dst = stop;
	return 0;
}

static int read_namespace(const struct decode *d, const json_t *v, const struct at *at,
			  void *dst)
{
	if (!is_word(v, "here"))
		return fail_set(d->f, FAIL_REQUEST, 0, at, "must be 'here', or left out");
	*(bool *)dst = true;
	return 0;
}

static int read_timeout(const struct decode *d, const json_t *v, const struct at *at,
			void *dst)
{
	json_int_t seconds = json_integer_value(v);
	char *end = NULL;

	if (d->loose && json_is_string(v) && json_string_length(v) > 0) {
		seconds = strtol(json_string_value(v), &end, 10);
		if (*end != '\0')
			seconds = 0;
	}
	if (seconds < 1 || seconds > REQUEST_MAX_TIMEOUT)
		return fail_set(d->f, FAIL_REQUEST, 0, at,
				"must be a whole number of seconds from 1 to %d",
				REQUEST_MAX_TIMEOUT);
	*(unsigned *)dst = (unsigned)seconds;
	return 0;
}

const struct reader read_as_source =
	{read_path,
	 "{\"type\": [\"string\", \"null\"], \"pattern\": \"^/\", \"maxLength\": 4095}"};
const struct reader read_as_target =
	{read_target,
	 "{\"type\": \"string\", \"pattern\": \"^/+[^/]\", \"maxLength\": 4095}"};
const struct reader read_as_source_mount =
	{read_source_mount, "{\"type\": [\"boolean\", \"string\", \"null\"],"
			    " \"pattern\": \"^/\", \"maxLength\": 4095}"};
const struct reader read_as_state = {read_state, "{\"enum\": [\"@states\", null]}"};
const struct reader read_as_options = {read_options,
				       "{\"type\": [\"array\", \"string\", \"null\"],"
				       " \"items\": {\"enum\": [\"@options\"]}}"};
const struct reader read_as_fstab_options = {read_fstab_options,
					     "{\"type\": [\"array\", \"string\", \"null\"],"
					     " \"items\": {\"type\": \"string\"}}"};
const struct reader read_as_fstab_type = {read_fstab_type,
					  "{\"enum\": [\"none\", \"robind\", null]}"};
const struct reader read_as_set =
	{read_set,
	 "{\"type\": [\"string\", \"null\"], \"pattern\": \"^[A-Za-z0-9_.-]{1,64}$\"}"};
const struct reader read_as_purge = {read_purge,
				     "{\"enum\": [true, false, \"all\", null]}"};
const struct reader read_as_daemon_reload = {read_daemon_reload,
					     "{\"enum\": [\"auto\", \"never\", null]}"};
const struct reader read_as_on_error = {read_on_error,
					"{\"enum\": [\"continue\", \"stop\", null]}"};
const struct reader read_as_namespace = {read_namespace, "{\"enum\": [\"here\", null]}"};
const struct reader read_as_timeout =
	{read_timeout,
	 "{\"type\": [\"integer\", \"null\"], \"minimum\": 1, \"maximum\": 86400}"};
