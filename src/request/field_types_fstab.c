#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "request/field_types.h"
#include "request/request.h"
#include "request/want.h"

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

static int add_fstab_option(const struct decode *d, const struct json_pointer *at,
			    const char *word, size_t length, void *dst)
{
	struct words_list *list = dst;
	scoped_mem char *copy = strndup(word, length);
	const char *fault = copy ? option_fault(copy, length) : NULL;

	if (!copy || ARRAY_RESERVE(list->items, list->count, 1) < 0)
		return error_no_memory(d->err);
	if (fault)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%.64s' %s", copy, fault);
	list->items[list->count++] = STEAL(copy);
	return 0;
}

/* Stored piece by piece: want_done() frees what an error left. */
static int read_fstab_options(const struct decode *d, const json_t *v,
			      const struct json_pointer *at, void *dst)
{
	return readers_each_word(d, v, at, add_fstab_option, dst);
}

static int read_fstab_type(const struct decode *d, const json_t *v,
			   const struct json_pointer *at, void *dst)
{
	for (size_t i = 0; i < FSTAB_TYPE_COUNT_; i++) {
		if (readers_is_word(v, fstab_type_names[i])) {
			*(enum fstab_type *)dst = (enum fstab_type)i;
			return 0;
		}
	}
	return error_set(d->err, ERROR_REQUEST, 0, at, "must be 'none' or 'robind'");
}

/* It stands in an option's name, so it may hold nothing that ends one. */
static int read_set(const struct decode *d, const json_t *v, const struct json_pointer *at,
		    void *dst)
{
	const char *name = json_string_value(v);
	size_t n = json_string_length(v);
	char *copy = NULL;

	if (!name || n == 0 || n > 64 ||
	    strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") !=
		    n)
		return error_set(
			d->err, ERROR_REQUEST, 0, at,
			"must be a name of 1 to 64 letters, digits, '_', '.' and '-'");
	copy = strdup(name);
	if (!copy)
		return error_no_memory(d->err);
	*(char **)dst = copy;
	return 0;
}

static int read_purge(const struct decode *d, const json_t *v,
		      const struct json_pointer *at, void *dst)
{
	bool rest = false;

	if (readers_is_word(v, "all")) {
		*(enum purge *)dst = PURGE_ALL;
		return 0;
	}
	if (decode_bool.read(d, v, at, &rest) < 0)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be true, false or 'all'");
	*(enum purge *)dst = rest ? PURGE_REST : PURGE_NONE;
	return 0;
}

static int read_daemon_reload(const struct decode *d, const json_t *v,
			      const struct json_pointer *at, void *dst)
{
	bool never = readers_is_word(v, "never");

	if (!never && !readers_is_word(v, "auto"))
		return error_set(d->err, ERROR_REQUEST, 0, at, "must be 'auto' or 'never'");
	*(bool *)dst = never;
	return 0;
}

const struct field_type read_as_fstab_options =
	{read_fstab_options, "{\"type\": [\"array\", \"string\", \"null\"],"
			     " \"items\": {\"type\": \"string\"}}"};
const struct field_type read_as_fstab_type = {read_fstab_type,
					      "{\"enum\": [\"none\", \"robind\", null]}"};
const struct field_type read_as_set =
	{read_set,
	 "{\"type\": [\"string\", \"null\"], \"pattern\": \"^[A-Za-z0-9_.-]{1,64}$\"}"};
const struct field_type read_as_purge = {read_purge,
					 "{\"enum\": [true, false, \"all\", null]}"};
const struct field_type read_as_daemon_reload = {read_daemon_reload,
						 "{\"enum\": [\"auto\", \"never\", null]}"};
