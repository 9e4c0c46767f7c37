/* SPDX-License-Identifier: Apache-2.0 */
#include "request/json_shown.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Room for the quotes and the dots beside it. */
#define TEXT_MAX 48u

static void show_text(const char *text, char buf[JSON_SHOWN_SIZE])
{
	size_t n = strlen(text);
	bool is_cut = n > TEXT_MAX;

	n = is_cut ? TEXT_MAX : n;
	while (is_cut && n > 0 && ((unsigned char)text[n] & 0xc0u) == 0x80u)
		n--;
	(void)snprintf(buf, JSON_SHOWN_SIZE, "\"%.*s%s\"", (int)n, text,
		       is_cut ? "..." : "");
	/* An error is one sentence, in one line. */
	for (char *p = buf; *p != '\0'; p++) {
		if (iscntrl((unsigned char)*p))
			*p = '?';
	}
}

const char *json_shown(const json_t *v, char buf[JSON_SHOWN_SIZE])
{
	if (json_is_string(v))
		show_text(json_string_value(v), buf);
	else if (json_is_integer(v))
		(void)snprintf(buf, JSON_SHOWN_SIZE, "%lld",
			       (long long)json_integer_value(v));
	else if (json_is_real(v))
		(void)snprintf(buf, JSON_SHOWN_SIZE, "%g", json_real_value(v));
	else if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	else if (json_is_array(v))
		return "a list";
	else
		return json_is_object(v) ? "an object" : "null";
	return buf;
}
