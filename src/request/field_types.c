/* SPDX-License-Identifier: Apache-2.0 */
#include "request/field_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_shown.h"
#include "request/request.h"
#include "request/want.h"

/* It stands in an option's name, so it may hold nothing that ends one. */
static int read_set(const struct decode *d, const json_t *v, const struct json_pointer *at,
		    void *dst)
{
	const char *name = json_string_value(v);
	size_t n = json_string_length(v);
	char *copy = NULL;
	char shown[JSON_SHOWN_SIZE];

	if (!name || n == 0 || n > 64 ||
	    strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") !=
		    n)
		return error_set(
			d->err, ERROR_REQUEST, 0, at,
			"must be a name of 1 to 64 letters, digits, '_', '.' and '-', not %s",
			json_shown(v, shown));
	copy = strdup(name);
	if (!copy)
		return error_no_memory(d->err);
	*(char **)dst = copy;
	return 0;
}

static int read_timeout(const struct decode *d, const json_t *v,
			const struct json_pointer *at, void *dst)
{
	json_int_t seconds = json_integer_value(v);
	char *end = NULL;
	char shown[JSON_SHOWN_SIZE];

	if (d->accept_text && json_is_string(v) && json_string_length(v) > 0) {
		seconds = strtol(json_string_value(v), &end, 10);
		if (end != json_string_value(v) + json_string_length(v))
			seconds = 0;
	}
	if (seconds < 1 || seconds > REQUEST_MAX_TIMEOUT)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be a whole number of seconds from 1 to %d, not %s",
				 REQUEST_MAX_TIMEOUT, json_shown(v, shown));
	*(unsigned *)dst = (unsigned)seconds;
	return 0;
}

/* ---- one of these words ---- */

#define WORDS(list) .first = (list), .stride = sizeof((list)[0]), .count = ARRAY_LEN(list)

static const struct word_set states = {
	.first = &state_rules[0].name,
	.stride = sizeof(state_rules[0]),
	.count = STATE_COUNT_,
	.must = "must be the name of a state",
	.noun = "state",
};

static const struct word_set fstab_types = {
	WORDS(fstab_type_names),
	.must = "must be 'none' or 'robind'",
};

static const char *const purge_words[] = {[PURGE_ALL] = "all"};
static const struct word_set purges = {
	WORDS(purge_words),
	.must = "must be true, false or 'all'",
	.takes_boolean = true,
};

static const char *const on_error_words[] = {"continue", "stop"};
static const struct word_set on_errors = {
	WORDS(on_error_words),
	.must = "must be 'continue' or 'stop'",
	.is_kept_as_bool = true,
};

static const char *const namespace_words[] = {[true] = "here"};
static const struct word_set namespaces = {
	WORDS(namespace_words),
	.must = "must be 'here', or left out",
	.is_kept_as_bool = true,
};

static const char *const daemon_reload_words[] = {"auto", "never"};
static const struct word_set daemon_reloads = {
	WORDS(daemon_reload_words),
	.must = "must be 'auto' or 'never'",
	.is_kept_as_bool = true,
};

/* ---- the types ---- */

/* clang-format off */
const struct field_type read_as_set = {
	.read = read_set,
	.schema = "{\"type\": [\"string\", \"null\"], \"pattern\": \"^[A-Za-z0-9_.-]{1,64}$\"}",
};
const struct field_type read_as_timeout = {
	.read = read_timeout,
	.schema = "{\"type\": [\"integer\", \"null\"], \"minimum\": 1, \"maximum\": 86400}",
};
const struct field_type read_as_state = {
	.words = &states,
	.schema = "{\"enum\": [\"@states\", null]}",
};
const struct field_type read_as_fstab_type = {
	.words = &fstab_types,
	.schema = "{\"enum\": [\"none\", \"robind\", null]}",
};
const struct field_type read_as_purge = {
	.words = &purges,
	.schema = "{\"enum\": [true, false, \"all\", null]}",
};
const struct field_type read_as_on_error = {
	.words = &on_errors,
	.schema = "{\"enum\": [\"continue\", \"stop\", null]}",
};
const struct field_type read_as_namespace = {
	.words = &namespaces,
	.schema = "{\"enum\": [\"here\", null]}",
};
const struct field_type read_as_daemon_reload = {
	.words = &daemon_reloads,
	.schema = "{\"enum\": [\"auto\", \"never\", null]}",
};
/* clang-format on */
