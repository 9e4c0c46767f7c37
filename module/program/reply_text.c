/* SPDX-License-Identifier: Apache-2.0 */
#include "reply_text.h"

#include "base/cleanup.h"
#include "base/macro.h"
#include "base/utf8.h"

/* What is not shown as it is. */
/* clang-format off */
static const struct { uint32_t first; uint32_t last; } hidden[] = {
	{ 0x0000, 0x001f }, /* C0 */
	{ 0x007f, 0x009f }, /* DEL and C1: U+009B is what ESC [ is */
	{ 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x200e, 0x200f }, /* left-to-right and right-to-left mark */
	{ 0x2028, 0x202e }, /* line and paragraph separator, embeddings and overrides */
	{ 0x2066, 0x2069 }, /* isolates */
};
/* clang-format on */

const char *member_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

json_t *drift_codes(const json_t *bind)
{
	scoped_json json_t *codes = json_array();
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		if (json_array_append(codes, json_object_get(drift, "code")) < 0)
			return NULL;
	}
	return STEAL(codes);
}

/* The length of the character at `text`, which is to be shown as it is; 0 where none is. */
static size_t shown_length(const char *text)
{
	uint32_t code = 0;
	size_t n = utf8_decode(text, &code);

	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		if (code >= hidden[i].first && code <= hidden[i].last)
			return 0;
	}
	return n;
}

void put_escaped(struct strbuf *out, const char *text)
{
	size_t n = 0;

	out->failed |= !text;
	for (; text && *text != '\0'; text += n) {
		n = shown_length(text);
		if (n > 0) {
			strbuf_add_bytes(out, text, n);
			continue;
		}
		n = utf8_decode(text, NULL);
		n = n > 0 ? n : 1;
		for (size_t i = 0; i < n; i++)
			strbuf_addf(out, "\\%03o", (unsigned char)text[i]);
	}
}

size_t escaped_columns(const char *text)
{
	size_t columns = 0;

	for (const char *p = text; p && *p != '\0';) {
		size_t n = shown_length(p);

		columns += n > 0 ? 1 : 4;
		p += n > 0 ? n : 1;
	}
	return columns;
}

void put_line(struct strbuf *out, void (*put)(struct strbuf *line, const json_t *object),
	      const json_t *object)
{
	scoped_strbuf line = {0};

	put(&line, object);
	put_escaped(out, strbuf_text(&line));
}

json_t *line_of(const json_t *object,
		void (*put)(struct strbuf *line, const json_t *object))
{
	scoped_strbuf text = {0};

	put_line(&text, put, object);
	return text_of(&text);
}

json_t *text_of(const struct strbuf *text)
{
	return json_string(strbuf_text(text));
}

void put_failure(struct strbuf *line, const json_t *bind)
{
	strbuf_addf(line, "%s: %s", member_text(bind, "target"),
		    member_text(json_object_get(bind, "error"), "msg"));
}

void put_warning(struct strbuf *line, const json_t *warning)
{
	strbuf_add(line, "warning");
	if (json_is_string(json_object_get(warning, "target")))
		strbuf_addf(line, " %s", member_text(warning, "target"));
	strbuf_addf(line, ": %s", member_text(warning, "msg"));
}
