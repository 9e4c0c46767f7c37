/* SPDX-License-Identifier: Apache-2.0 */
#include "ansible_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/json_load.h"
#include "base/macro.h"
#include "mount/option_list.h"

bool ansible_is_given(const json_t *v)
{
	return v && !json_is_null(v) && !(json_is_string(v) && json_string_length(v) == 0);
}

static bool is_text(const json_t *v, const char *text)
{
	return strlen(text) == json_string_length(v) &&
	       strcasecmp(text, json_string_value(v)) == 0;
}

json_t *ansible_bool(const json_t *v)
{
	static const char *const words[][2] = {
		{"false", "true"}, {"no", "yes"}, {"off", "on"},
		{"0", "1"},        {"n", "y"},    {"f", "t"},
	};

	for (size_t i = 0; json_is_string(v) && i < ARRAY_LEN(words); i++) {
		for (int value = 0; value < 2; value++) {
			if (is_text(v, words[i][value]))
				return json_boolean(value);
		}
	}
	if (json_is_number(v) && json_number_value(v) == 0)
		return json_false();
	if (json_is_number(v) && json_number_value(v) == 1)
		return json_true();
	return json_incref((json_t *)v);
}

json_t *ansible_integer(const json_t *v)
{
	const char *text = json_string_value(v);
	size_t digits = text ? strspn(text, "0123456789") : 0;

	/* Nineteen digits fit; what has more is no number of anything here. */
	if (digits == 0 || digits > 18 || digits != json_string_length(v))
		return json_incref((json_t *)v);
	return json_integer(strtoll(text, NULL, 10));
}

/* ---- lists ---- */

static int append(json_t *list, const char *text, size_t length)
{
	return length > 0 ? json_array_append_new(list, json_stringn(text, length)) : 0;
}

/* What no reader takes for a word, from an open quote on, is for the decoder to refuse. */
static json_t *words_of(const json_t *v)
{
	scoped_json json_t *list = json_array();
	const char *text = json_string_value(v);
	const char *end = text + json_string_length(v);
	struct mount_option option = {0};

	while (mount_option_next(&text, &option)) {
		struct mount_option word = option;

		mount_option_trim(&word);
		if (append(list, word.text, word.length) < 0)
			return NULL;
	}
	if (append(list, text, (size_t)(end - text)) < 0)
		return NULL;
	return STEAL(list);
}

json_t *ansible_elements(const json_t *v)
{
	scoped_json json_t *parsed = NULL;
	scoped_json json_t *list = NULL;
	json_error_t e = {0};
	size_t i = 0;
	json_t *element = NULL;

	if (json_is_string(v) && json_string_value(v)[0] == '[') {
		parsed = json_load(json_string_value(v), json_string_length(v), &e);
		if (!parsed && errno == ENOMEM)
			return NULL;
	}
	if (json_is_array(parsed))
		v = parsed;
	if (!json_is_array(v))
		return json_incref((json_t *)v);
	list = json_array();
	json_array_foreach(v, i, element)
	{
		if (ansible_is_given(element) && json_array_append(list, element) < 0)
			return NULL;
	}
	return STEAL(list);
}

json_t *ansible_list(const json_t *v)
{
	scoped_json json_t *elements = ansible_elements(v);

	if (json_is_string(elements))
		return words_of(elements);
	return STEAL(elements);
}
