/* SPDX-License-Identifier: Apache-2.0 */
#include "request/json_decode.h"

#include <string.h>
#include <strings.h>

#include "request/json_shown.h"
#include "request/unknown_member.h"
#include "request/word_refused.h"

static const struct field *find(const struct field_set *shape, const char *name)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	}
	return NULL;
}

/* The number of the word that the text is, or the set's count. A text may hold a NUL. */
static size_t number_of(const struct word_set *set, const json_t *v)
{
	const char *text = json_string_value(v);

	for (size_t i = 0; text && i < set->count; i++) {
		const char *word = word_at(set, i);

		if (word && strlen(word) == json_string_length(v) &&
		    memcmp(word, text, json_string_length(v)) == 0)
			return i;
	}
	return set->count;
}

static int read_word(const struct decode *d, const struct word_set *set, const json_t *v,
		     const struct json_pointer *at, void *dst)
{
	size_t i = number_of(set, v);
	bool is_true = false;

	if (i == set->count && set->takes_boolean &&
	    decode_bool.read(d, v, at, &is_true) == 0)
		i = is_true;
	if (i == set->count)
		return word_refused(d, set, v, at);
	if (set->is_kept_as_bool)
		*(bool *)dst = i != 0;
	else
		*(int *)dst = (int)i;
	return 0;
}

static int read_value(const struct decode *d, const struct field_type *type,
		      const json_t *v, const struct json_pointer *at, void *dst)
{
	return type->words ? read_word(d, type->words, v, at, dst)
			   : type->read(d, v, at, dst);
}

static int read_member(const struct decode *d, const char *name, const json_t *v,
		       const struct json_pointer *at, const struct field_set shapes[],
		       size_t n_shapes)
{
	for (size_t i = 0; i < n_shapes; i++) {
		const struct field *field = find(&shapes[i], name);

		if (!field)
			continue;
		if (json_is_null(v))
			return 0;
		return read_value(d, field->reader, v, at,
				  (char *)shapes[i].dst + field->offset);
	}
	return unknown_member(d, name, at, shapes, n_shapes);
}

static int require(const struct decode *d, const json_t *v, const struct json_pointer *at,
		   const struct field_set *shape)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		const json_t *member = json_object_get(v, field->name);

		if ((field->flags & FIELD_REQUIRED) && (!member || json_is_null(member)))
			return error_set(d->err, ERROR_REQUEST, 0, PTR_KEY(at, field->name),
					 "is missing: a bind needs its '%s'", field->name);
	}
	return 0;
}

int decode_object(const struct decode *d, const json_t *v, const struct json_pointer *at,
		  const struct field_set shapes[], size_t n_shapes)
{
	const char *name = NULL;
	json_t *member = NULL;
	char shown[JSON_SHOWN_SIZE];

	if (!json_is_object(v))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be an object, {\"NAME\": VALUE, ...}, not %s",
				 json_shown(v, shown));
	json_object_foreach((json_t *)v, name, member)
	{
		if (read_member(d, name, member, PTR_KEY(at, name), shapes, n_shapes) < 0)
			return -1;
	}
	for (size_t i = 0; i < n_shapes; i++) {
		if (require(d, v, at, &shapes[i]) < 0)
			return -1;
	}
	return 0;
}

/* The words that Ansible and YAML take for booleans; JSON text may hold a NUL. */
static int bool_of_text(const json_t *v, bool *ret)
{
	/* clang-format off */
	static const struct { const char *text; bool value; } words[] = {
		{ "true", true },   { "yes", true }, { "on", true },   { "1", true },
		{ "false", false }, { "no", false }, { "off", false }, { "0", false },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (json_string_length(v) == strlen(words[i].text) &&
		    strcasecmp(words[i].text, json_string_value(v)) == 0) {
			*ret = words[i].value;
			return 0;
		}
	}
	return -1;
}

static int read_bool(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     void *dst)
{
	bool value = json_is_true(v);
	bool meant = false;
	char shown[JSON_SHOWN_SIZE];

	if (!json_is_boolean(v) &&
	    !(d->accept_text && json_is_string(v) && bool_of_text(v, &value) == 0))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be true or false%s, not %s",
				 json_is_string(v) && bool_of_text(v, &meant) == 0
					 ? ", without quotes"
					 : "",
				 json_shown(v, shown));
	*(bool *)dst = value;
	return 0;
}

const struct field_type decode_bool = {read_bool, "{\"type\": [\"boolean\", \"null\"]}",
				       NULL};
