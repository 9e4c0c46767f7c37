/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a bind that are lists of options: each a list of words, or one text of
 * them, which is read as fstab's are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "mount/option_list.h"
#include "mount/option_near.h"
#include "request/field_types.h"
#include "request/json_shown.h"
#include "request/option_refused.h"
#include "request/want.h"

typedef int take_option(const struct decode *d, const struct json_pointer *at,
			const struct mount_option *option, void *dst);

static int check_nul(const struct decode *d, const struct json_pointer *at, const json_t *v)
{
	return strlen(json_string_value(v)) == json_string_length(v)
		       ? 0
		       : error_set(d->err, ERROR_REQUEST, 0, at,
				   "must not hold a NUL byte");
}

static int take_text(const struct decode *d, const struct json_pointer *at, const json_t *v,
		     take_option *take, void *dst)
{
	const char *text = json_string_value(v);
	struct mount_option option = {0};

	if (check_nul(d, at, v) < 0)
		return -1;
	while (mount_option_next(&text, &option)) {
		struct mount_option word = option;

		mount_option_trim(&word);
		if (word.length > 0 && take(d, at, &word, dst) < 0)
			return -1;
	}
	option.text = text;
	option.length = strlen(text);
	if (option.length == 0)
		return 0;
	/* From a quote that is not closed on: no word that anybody takes. */
	option.word = option.named = NULL;
	return take(d, at, &option, dst);
}

static int take_element(const struct decode *d, const struct json_pointer *at,
			const json_t *v, take_option *take, void *dst)
{
	struct mount_option option = {
		.text = json_string_value(v),
		.length = json_string_length(v),
	};
	char shown[JSON_SHOWN_SIZE];

	if (!option.text)
		return error_set(d->err, ERROR_REQUEST, 0, at, "must be a string, not %s",
				 json_shown(v, shown));
	if (check_nul(d, at, v) < 0)
		return -1;
	mount_option_look_up(&option);
	return take(d, at, &option, dst);
}

static int take_all(const struct decode *d, const struct json_pointer *at, const json_t *v,
		    take_option *take, void *dst)
{
	size_t i = 0;
	json_t *element = NULL;
	char shown[JSON_SHOWN_SIZE];

	if (json_is_string(v))
		return take_text(d, at, v, take, dst);
	if (!json_is_array(v))
		return error_set(
			d->err, ERROR_REQUEST, 0, at,
			"must be a list of options or one comma-joined string, not %s",
			json_shown(v, shown));
	json_array_foreach(v, i, element)
	{
		if (take_element(d, PTR_INDEX(at, i), element, take, dst) < 0)
			return -1;
	}
	return 0;
}

/* ---- options ---- */

static int refuse_option(const struct decode *d, const struct json_pointer *at,
			 const struct mount_option *option, const char *why)
{
	return error_set(d->err, ERROR_REQUEST, 0, at, "'%.*s' %s",
			 option_shown_length(option), option->text, why);
}

static int add_option(const struct decode *d, const struct json_pointer *at,
		      const struct mount_option *option, void *dst)
{
	const struct option_word *word = option->word;

	switch (word ? word->kind : OPTION_KIND_DEFAULT) {
	case OPTION_KIND_FLAG:
		if (flags_add(dst, word))
			return 0;
		return refuse_option(d, at, option, "contradicts an option before it");
	case OPTION_KIND_BIND:
		return 0;
	case OPTION_KIND_READ_ONLY:
		if (word->value != 0 && word->call != 0)
			return 0;
		break;
	default:
		break;
	}
	return option_refused(d, at, option);
}

static int read_options(const struct decode *d, const json_t *v,
			const struct json_pointer *at, void *dst)
{
	struct flag_change flags = {0};

	if (take_all(d, at, v, add_option, &flags) < 0)
		return -1;
	*(struct flag_change *)dst = flags;
	return 0;
}

/* ---- fstab_options ---- */

/* Whether a word can stand in fstab as one option; which ones may is for request.c. */
static const char *fault_of(const char *word, size_t length)
{
	if (length == 0)
		return "must not be empty";
	if (strpbrk(word, " \t\r\n,#\"\\"))
		return "must be one option, without blanks, commas, quotes, backslashes or '#'";
	return NULL;
}

static int add_fstab_option(const struct decode *d, const struct json_pointer *at,
			    const struct mount_option *option, void *dst)
{
	scoped_mem char *copy = strndup(option->text, option->length);
	const char *fault = copy ? fault_of(copy, option->length) : NULL;

	if (fault)
		return refuse_option(d, at, option, fault);
	if (!copy || words_list_add(dst, copy) < 0)
		return error_no_memory(d->err);
	return 0;
}

/* Stored piece by piece: want_done() frees what an error left. */
static int read_fstab_options(const struct decode *d, const json_t *v,
			      const struct json_pointer *at, void *dst)
{
	return take_all(d, at, v, add_fstab_option, dst);
}

/* ---- opts ---- */

static int add_opt(const struct decode *d, const struct json_pointer *at,
		   const struct mount_option *option, void *dst)
{
	struct mount_opts *opts = dst;
	const struct option_word *word = option->word;
	const char *why = option_word_why(word);
	char near[NEAR_MISS_SIZE];

	if (!word || why)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "'%.*s' is not supported, because %s%s",
				 option_shown_length(option), option->text, why,
				 word ? ""
				      : option_near_text(option->text, option->length,
							 near));
	if (word->kind == OPTION_KIND_FSTAB && word->mask == 0)
		return add_fstab_option(d, at, option, &opts->fstab_options);
	opts->recursive |= word->kind == OPTION_KIND_RBIND;
	mount_option_tell(option, &opts->told);
	return 0;
}

static int read_opts(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     void *dst)
{
	return take_all(d, at, v, add_opt, dst);
}

/* clang-format off */
#define LIST_SCHEMA "{\"type\": [\"array\", \"string\", \"null\"], \"items\": "

const struct field_type read_as_options = {
	.read = read_options,
	.schema = LIST_SCHEMA "{\"enum\": [\"@options\"]}}",
};
const struct field_type read_as_fstab_options = {
	.read = read_fstab_options,
	.schema = LIST_SCHEMA "{\"type\": \"string\"}}",
};
const struct field_type read_as_opts = {
	.read = read_opts,
	.schema = LIST_SCHEMA "{\"type\": \"string\"}}",
};
/* clang-format on */
