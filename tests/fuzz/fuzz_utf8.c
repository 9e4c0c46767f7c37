/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, compared with what jansson takes for it; and texts as people may read them. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input.h"
#include "program/reply_text.h"

/* The length of the longest beginning that is UTF-8. */
static size_t valid_length(const char *text)
{
	size_t length = 0;
	size_t n = 0;

	while ((n = utf8_decode(text + length, NULL)) > 0)
		length += n;
	return length;
}

static bool is_for_jansson(const char *text, size_t length)
{
	json_t *string = json_stringn(text, length);
	bool is_taken = string != NULL;

	json_decref(string);
	return is_taken;
}

static void check_code(const char *text)
{
	uint32_t code = 0;
	size_t n = utf8_decode(text, &code);

	MUST(n <= 4 && (n > 0 || text[0] != '/'));
	if (n > 0)
		MUST(is_for_jansson(text, n) && code != 0 && code <= 0x10ffff &&
		     (n == 1) == (code < 0x80));
}

/* What is put is UTF-8 without a sign that could mislead, and settled but for that. */
static void check_escaped(const char *text)
{
	struct strbuf out = {0};
	struct strbuf again = {0};

	put_escaped(&out, text);
	put_escaped(&again, strbuf_text(&out));
	if (text[0] != '\0') {
		const char *made = strbuf_text(&out);

		MUST(made && valid_length(made) == strlen(made));
		MUST(strcmp(made, strbuf_text(&again)) == 0);
		for (; *made != '\0'; made++)
			MUST((unsigned char)*made >= ' ' && *made != 0x7f);
	}
	strbuf_done(&out);
	strbuf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	char *text = input_text(&in);
	size_t length = strlen(text);
	size_t valid = valid_length(text);

	MUST(valid <= length);
	MUST((valid == length) == is_for_jansson(text, length));
	MUST(is_for_jansson(text, valid));
	check_code(text);
	check_escaped(text);
	free(text);
	return 0;
}
