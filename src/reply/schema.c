/* SPDX-License-Identifier: Apache-2.0 */
#include "reply/schema.h"

#include <string.h>

#include "apply/outcome.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_load.h"
#include "holders/holder_list.h"
#include "plan/drift.h"
#include "plan/planner.h"
#include "reply/reply_schema.h"
#include "request/request.h"

/*
 * A schema's text names a table as "@table" in an enum; its names are put there when the
 * schema is asked for. Each function below gives the i-th name of a table, or NULL.
 */
static const char *state_name(size_t i)
{
	return i < STATE_COUNT_ ? state_rules[i].name : NULL;
}

static const char *fail_name(size_t i)
{
	return i + 1 < ERROR_COUNT_ ? error_code((enum error_kind)(i + 1)) : NULL;
}

static const char *drift_name(size_t i)
{
	return i < DRIFT_COUNT_ ? drift_rules[i].name : NULL;
}

static const char *step_name(size_t i)
{
	if (i < STEP_COUNT_)
		return step_names[i];
	i -= STEP_COUNT_;
	return i + 1 < LINE_ACTION_COUNT_ ? line_action_names[i + 1] : NULL;
}

static const char *status_name(size_t i)
{
	return i < STATUS_COUNT_ ? status_names[i] : NULL;
}

static const char *why_name(size_t i)
{
	return i < WHY_COUNT_ ? why_names[i] : NULL;
}

/* clang-format off */
static const struct { const char *mark; const char *(*name)(size_t i); } tables[] = {
	{ "@states",   state_name },
	{ "@options",  flags_word_known },
	{ "@codes",    fail_name },
	{ "@drift",    drift_name },
	{ "@actions",  step_name },
	{ "@statuses", status_name },
	{ "@whys",     why_name },
};
/* clang-format on */

static int append_unique(json_t *list, const char *name)
{
	size_t i = 0;
	json_t *v = NULL;

	json_array_foreach(list, i, v)
	{
		if (json_is_string(v) && strcmp(json_string_value(v), name) == 0)
			return 0;
	}
	return json_array_append_new(list, json_string(name));
}

/* Replace a mark at the head of an enum by the names of its table. */
static int fill_enum(json_t *list)
{
	const char *mark = json_string_value(json_array_get(list, 0));

	for (size_t t = 0; mark && t < ARRAY_LEN(tables); t++) {
		const char *name = NULL;

		if (strcmp(tables[t].mark, mark) != 0)
			continue;
		if (json_array_remove(list, 0) < 0)
			return -1;
		for (size_t i = 0; (name = tables[t].name(i)); i++) {
			if (append_unique(list, name) < 0)
				return -1;
		}
		return 0;
	}
	return 0;
}

static int fill(json_t *schema)
{
	const char *key = NULL;
	size_t i = 0;
	json_t *v = NULL;

	json_array_foreach(schema, i, v)
	{
		if (fill(v) < 0)
			return -1;
	}
	json_object_foreach(schema, key, v)
	{
		if (strcmp(key, "enum") == 0 && fill_enum(v) < 0)
			return -1;
		if (fill(v) < 0)
			return -1;
	}
	return 0;
}

static json_t *filled(json_t *schema)
{
	if (schema && fill(schema) == 0)
		return schema;
	json_decref(schema);
	return NULL;
}

static json_t *loaded(const char *text)
{
	json_error_t e = {0};

	return json_load(text, strlen(text), &e);
}

/* The properties of a table of fields. */
static int add_properties(json_t *properties, const struct field fields[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_t *property = loaded(fields[i].reader->schema);

		if (json_object_set_new(property, "description",
					json_string(fields[i].doc)) < 0 ||
		    json_object_set_new(properties, fields[i].name, property) < 0)
			return -1;
	}
	return 0;
}

static json_t *required_of(const struct field fields[], size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if ((fields[i].flags & FIELD_REQUIRED) &&
		    json_array_append_new(list, json_string(fields[i].name)) < 0)
			return NULL;
	}
	return list;
}

static json_t *object_of(json_t *properties, json_t *required)
{
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

static json_t *bind_schema(void)
{
	json_t *properties = json_object();

	if (add_properties(properties, request_bind_fields, request_n_bind_fields) < 0)
		return NULL;
	return object_of(properties,
			 required_of(request_bind_fields, request_n_bind_fields));
}

/* The request with a list of binds, or with the members of the one bind at the top level. */
static json_t *top_schema(bool single)
{
	json_t *properties = json_object();
	json_t *required = single ? required_of(request_bind_fields, request_n_bind_fields)
				  : json_pack("[s]", "binds");

	if (add_properties(properties, request_fields, request_n_fields) < 0 ||
	    (single &&
	     (add_properties(properties, request_bind_fields, request_n_bind_fields) < 0 ||
	      json_object_set_new(properties, "binds", json_pack("{s:s}", "type", "null")) <
		      0)))
		return NULL;
	return object_of(properties, required);
}

json_t *schema_of_request(void)
{
	return filled(json_pack("{s:s, s:s, s:[o, o], s:{s:o}}", "$schema",
				"https://json-schema.org/draft/2020-12/schema", "title",
				"robind request", "oneOf", top_schema(false),
				top_schema(true), "$defs", "bind", bind_schema()));
}

json_t *schema_of_reply(void)
{
	return filled(loaded(reply_schema));
}
