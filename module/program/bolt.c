/* SPDX-License-Identifier: Apache-2.0 */
#include "bolt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "input.h"
#include "reply_text.h"
#include "request/json_parse.h"

static bool is_check_task(const char *task)
{
	static const char check[] = "::check";
	size_t n = strlen(task);

	return n >= strlen(check) && strcmp(task + n - strlen(check), check) == 0;
}

/* Whatever else it may be but false: better nothing done than something unasked. */
static bool is_noop(const json_t *noop)
{
	return noop && !json_is_false(noop) && !json_is_null(noop);
}

/* What the runner adds to the parameters begins with `_`, and no member of a request does. */
static json_t *without_runner(const json_t *given)
{
	json_t *doc = json_object();
	const char *key = NULL;
	json_t *value = NULL;

	json_object_foreach((json_t *)given, key, value)
	{
		if (key[0] != '_' && json_object_set(doc, key, value) < 0) {
			json_decref(doc);
			return NULL;
		}
	}
	return doc;
}

int bolt_read(struct bolt *ret, struct error *err)
{
	scoped_mem char *text = NULL;
	scoped_json json_t *given = NULL;
	const char *task = NULL;
	size_t size = 0;

	*ret = (struct bolt){0};
	if (isatty(STDIN_FILENO))
		return 0;
	if (input_read("-", JSONTEXT_MAX_BYTES, &text, &size, err) < 0)
		return -1;
	if (size == 0)
		return 0;
	if (jsontext_parse(text, size, &given, err) < 0)
		return -1;
	task = json_string_value(json_object_get(given, "_task"));
	if (!task)
		return 0;
	ret->doc = without_runner(given);
	if (!ret->doc)
		return error_no_memory(err);
	ret->is_check = is_check_task(task) || is_noop(json_object_get(given, "_noop"));
	return 0;
}

/* ---- the reply ---- */

/* The binds that failed, {TARGET: error}. */
static json_t *failures_of(const json_t *reply)
{
	json_t *failures = json_object();
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		json_t *error = json_object_get(bind, "error");

		if (error &&
		    json_object_set(failures, member_text(bind, "target"), error) < 0) {
			json_decref(failures);
			return NULL;
		}
	}
	return failures;
}

static const json_t *first_failed(const json_t *reply)
{
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (json_object_get(bind, "error"))
			return bind;
	}
	return NULL;
}

/* That of the request as a whole, or else of the first bind that failed. */
static const json_t *first_error(const json_t *reply)
{
	const json_t *error = json_object_get(reply, "error");

	return error ? error : json_object_get(first_failed(reply), "error");
}

static void put_msg(struct strbuf *line, const json_t *reply)
{
	const json_t *failed = first_failed(reply);

	strbuf_add(line, member_text(reply, "msg"));
	if (json_object_get(reply, "error") || !failed)
		return;
	strbuf_add(line, ": ");
	put_failure(line, failed);
}

static json_t *error_of(const json_t *reply)
{
	const json_t *first = first_error(reply);
	json_t *failures = failures_of(reply);

	if (!failures)
		return NULL;
	return json_pack("{s:o, s:o, s:{s:o, s:O*, s:O*}}", "msg", line_of(reply, put_msg),
			 "kind", json_sprintf("robind/%s", member_text(first, "code")),
			 "details", "binds", failures, "at", json_object_get(first, "at"),
			 "errno", json_object_get(first, "errno"));
}

int bolt_add_error(json_t *reply)
{
	if (!json_is_true(json_object_get(reply, "failed")))
		return 0;
	return json_object_set_new(reply, "_error", error_of(reply));
}
