#include "request/field_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "request/request.h"
#include "request/want.h"

static int read_path(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     void *dst)
{
	struct path_fault fault = {0};
	char *path = NULL;

	if (!json_is_string(v))
		return error_set(d->err, ERROR_REQUEST, 0, at, "must be a string");
	path = path_normalise(json_string_value(v), json_string_length(v), &fault);
	if (!path && fault.must)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%s' %s",
				 json_string_value(v), fault.must);
	if (!path)
		return error_no_memory(d->err);
	*(char **)dst = path;
	return 0;
}

static int read_target(const struct decode *d, const json_t *v,
		       const struct json_pointer *at, void *dst)
{
	if (json_is_string(v) &&
	    strspn(json_string_value(v), "/") == json_string_length(v) &&
	    json_string_length(v) > 0)
		return error_set(d->err, ERROR_REQUEST, 0, at, "must not be '/'");
	return read_path(d, v, at, dst);
}

static int read_source_mount(const struct decode *d, const json_t *v,
			     const struct json_pointer *at, void *dst)
{
	struct source_mount found = {0};
	bool is_path = json_is_string(v) && json_string_value(v)[0] == '/';

	if (is_path && read_path(d, v, at, &found.path) < 0)
		return -1;
	if (!is_path && decode_bool.read(d, v, at, &found.is_asked) < 0)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be true, false or an absolute path");
	found.is_asked |= is_path;
	*(struct source_mount *)dst = found;
	return 0;
}

bool readers_is_word(const json_t *v, const char *word)
{
	return json_is_string(v) && json_string_length(v) == strlen(word) &&
	       strcmp(json_string_value(v), word) == 0;
}

static int read_state(const struct decode *d, const json_t *v,
		      const struct json_pointer *at, void *dst)
{
	for (size_t i = 0; i < STATE_COUNT_; i++) {
		if (readers_is_word(v, state_rules[i].name)) {
			*(enum state *)dst = (enum state)i;
			return 0;
		}
	}
	return error_set(d->err, ERROR_REQUEST, 0, at,
			 "must be the name of a state, such as 'ephemeral'");
}

/* One comma-joined string; an empty one has no words. */
static int each_of_text(const struct decode *d, const json_t *v,
			const struct json_pointer *at, readers_take *take, void *dst)
{
	const char *word = json_string_value(v);
	const char *end = word + json_string_length(v);

	if (word == end)
		return 0;
	for (;;) {
		const char *comma = memchr(word, ',', (size_t)(end - word));

		if (take(d, at, word, (size_t)((comma ? comma : end) - word), dst) < 0)
			return -1;
		if (!comma)
			return 0;
		word = comma + 1;
	}
}

int readers_each_word(const struct decode *d, const json_t *v,
		      const struct json_pointer *at, readers_take *take, void *dst)
{
	size_t i = 0;
	json_t *word = NULL;

	if (json_is_string(v))
		return each_of_text(d, v, at, take, dst);
	if (!json_is_array(v))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be a list of options or one comma-joined string");
	json_array_foreach(v, i, word)
	{
		if (!json_is_string(word))
			return error_set(d->err, ERROR_REQUEST, 0, PTR_INDEX(at, i),
					 "must be a string");
		if (take(d, PTR_INDEX(at, i), json_string_value(word),
			 json_string_length(word), dst) < 0)
			return -1;
	}
	return 0;
}

static int add_option(const struct decode *d, const struct json_pointer *at,
		      const char *word, size_t length, void *dst)
{
	struct flag_change *flags = dst;
	const char *why = NULL;
	int n = length < 64 ? (int)length : 64;

	switch (flags_add(flags, word, length, &why)) {
	case FLAGS_WORD_OK:
	case FLAGS_WORD_IMPLIED:
		return 0;
	case FLAGS_WORD_REFUSED:
		return error_set(d->err, ERROR_REQUEST, 0, at, "%s", why);
	case FLAGS_WORD_CLASHES:
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "'%.*s' contradicts an option before it", n, word);
	case FLAGS_WORD_UNKNOWN:
		break;
	}
	return error_set(d->err, ERROR_REQUEST, 0, at, "'%.*s' is not a per-mount option",
			 n, word);
}

static int read_options(const struct decode *d, const json_t *v,
			const struct json_pointer *at, void *dst)
{
	struct flag_change flags = {0};

	if (readers_each_word(d, v, at, add_option, &flags) < 0)
		return -1;
	*(struct flag_change *)dst = flags;
	return 0;
}

static int read_on_error(const struct decode *d, const json_t *v,
			 const struct json_pointer *at, void *dst)
{
	bool stop = readers_is_word(v, "stop");

	if (!stop && !readers_is_word(v, "continue"))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be 'continue' or 'stop'");
	*(bool *)dst = stop;
	return 0;
}

static int read_namespace(const struct decode *d, const json_t *v,
			  const struct json_pointer *at, void *dst)
{
	if (!readers_is_word(v, "here"))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be 'here', or left out");
	*(bool *)dst = true;
	return 0;
}

static int read_timeout(const struct decode *d, const json_t *v,
			const struct json_pointer *at, void *dst)
{
	json_int_t seconds = json_integer_value(v);
	char *end = NULL;

	if (d->accept_text && json_is_string(v) && json_string_length(v) > 0) {
		seconds = strtol(json_string_value(v), &end, 10);
		if (end != json_string_value(v) + json_string_length(v))
			seconds = 0;
	}
	if (seconds < 1 || seconds > REQUEST_MAX_TIMEOUT)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be a whole number of seconds from 1 to %d",
				 REQUEST_MAX_TIMEOUT);
	*(unsigned *)dst = (unsigned)seconds;
	return 0;
}

const struct field_type read_as_source =
	{read_path,
	 "{\"type\": [\"string\", \"null\"], \"pattern\": \"^/\", \"maxLength\": 4095}"};
const struct field_type read_as_target =
	{read_target,
	 "{\"type\": \"string\", \"pattern\": \"^/+[^/]\", \"maxLength\": 4095}"};
const struct field_type read_as_source_mount =
	{read_source_mount, "{\"type\": [\"boolean\", \"string\", \"null\"],"
			    " \"pattern\": \"^/\", \"maxLength\": 4095}"};
const struct field_type read_as_state = {read_state, "{\"enum\": [\"@states\", null]}"};
const struct field_type read_as_options = {read_options,
					   "{\"type\": [\"array\", \"string\", \"null\"],"
					   " \"items\": {\"enum\": [\"@options\"]}}"};
const struct field_type read_as_on_error = {read_on_error,
					    "{\"enum\": [\"continue\", \"stop\", null]}"};
const struct field_type read_as_namespace = {read_namespace,
					     "{\"enum\": [\"here\", null]}"};
const struct field_type read_as_timeout =
	{read_timeout,
	 "{\"type\": [\"integer\", \"null\"], \"minimum\": 1, \"maximum\": 86400}"};
