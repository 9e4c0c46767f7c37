#include "ansible_values.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/macro.h"

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

static int add_words(json_t *list, const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *next = comma ? comma + 1 : end;
		const char *last = comma ? comma : end;

		while (text < last && *text == ' ')
			text++;
		while (last > text && last[-1] == ' ')
			last--;
		if (last > text &&
		    json_array_append_new(list, json_stringn(text, (size_t)(last - text))) <
			    0)
			return -1;
		text = next;
	}
	return 0;
}

json_t *ansible_list(const json_t *v)
{
	scoped_json json_t *parsed = NULL;
	scoped_json json_t *list = json_array();
	size_t i = 0;
	json_t *element = NULL;

	if (json_is_string(v) && json_string_value(v)[0] == '[')
		parsed = json_loadb(json_string_value(v), json_string_length(v),
				    JSON_ALLOW_NUL, NULL);
	if (json_is_array(parsed))
		v = parsed;
	if (!json_is_string(v) && !json_is_array(v))
		return json_incref((json_t *)v);
	if (json_is_string(v) &&
	    add_words(list, json_string_value(v), json_string_length(v)) < 0)
		return NULL;
	json_array_foreach(v, i, element)
	{
		if (ansible_is_given(element) && json_array_append(list, element) < 0)
			return NULL;
	}
	return STEAL(list);
}
