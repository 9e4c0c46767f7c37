/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "base/utf8.h"

/* ---- bytes ---- */

/* The character at p, a NUL too. Returns how long it is, or 0 where there is none. */
static size_t utf8_read(const char *p, const char *end, uint32_t *ret)
{
	size_t n = 1;

	*ret = 0;
	if (*p != '\0')
		n = utf8_decode(p, ret);
	return n <= (size_t)(end - p) ? n : 0;
}

static bool is_utf8(const char *p, const char *end)
{
	uint32_t c = 0;
	size_t n = 0;

	while (p < end && (n = utf8_read(p, end, &c)) > 0)
		p += n;
	return p == end;
}

/* ---- as text ---- */

static void put_unit(FILE *out, unsigned unit)
{
	(void)fprintf(out, "\\u%04X", unit);
}

/* A character that does not stand for itself in a JSON text of ASCII. */
static void put_escaped(FILE *out, uint32_t c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = named; *p != '\0'; p += 2) {
		if (c == (unsigned char)p[0]) {
			(void)putc_unlocked('\\', out);
			(void)putc_unlocked(p[1], out);
			return;
		}
	}
	if (c < 0x10000) {
		put_unit(out, c);
		return;
	}
	put_unit(out, 0xd800 | (c - 0x10000) >> 10);
	put_unit(out, 0xdc00 | ((c - 0x10000) & 0x3ff));
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* What stands for itself; returns what is behind it. */
static const char *put_plain(FILE *out, const char *p, const char *end)
{
	for (; p < end && is_plain(*p); p++)
		(void)putc_unlocked(*p, out);
	return p;
}

static void put_string(FILE *out, const char *p, const char *end)
{
	bool is_text = false;
	uint32_t c = 0;
	size_t n = 0;

	(void)putc_unlocked('"', out);
	p = put_plain(out, p, end);
	is_text = is_utf8(p, end);
	for (; p < end; p = put_plain(out, p + n, end)) {
		n = utf8_read(p, end, &c);
		if (n > 0 && (is_text || *p != '\\')) {
			put_escaped(out, c);
		} else {
			n = 1;
			(void)fprintf(out, "\\\\%03o", (unsigned)(unsigned char)*p);
		}
	}
	(void)putc_unlocked('"', out);
}

/* What stands before a value. */
static void put_key(struct json_writer *w, const char *key)
{
	if (w->needs_comma)
		(void)putc_unlocked(',', w->out);
	w->needs_comma = true;
	if (key) {
		put_string(w->out, key, key + strlen(key));
		(void)putc_unlocked(':', w->out);
	}
}

static void put_word(struct json_writer *w, const char *key, const char *word)
{
	put_key(w, key);
	(void)fputs_unlocked(word, w->out);
}

/* ---- as a tree ---- */

/* Add a value, whose reference is given away. */
static void add(struct json_writer *w, const char *key, json_t *value)
{
	json_t *parent = w->depth > 0 ? w->open[w->depth - 1] : NULL;
	int r = 0;

	if (w->is_out_of_memory) {
		json_decref(value);
		return;
	}
	if (!parent)
		w->whole = value;
	else if (key)
		r = json_object_set_new(parent, key, value);
	else
		r = json_array_append_new(parent, value);
	w->is_out_of_memory = !value || r < 0;
}

static json_t *string_of(const char *text, size_t n)
{
	scoped_mem char *escaped = NULL;
	const char *end = text + n;
	size_t used = 0;
	uint32_t c = 0;

	if (is_utf8(text, end))
		return json_stringn_nocheck(text, n);
	escaped = malloc(4 * n + 1);
	if (!escaped)
		return NULL;
	for (const char *p = text; p < end; p += n) {
		n = *p == '\\' ? 0 : utf8_read(p, end, &c);
		if (n > 0) {
			memcpy(escaped + used, p, n);
			used += n;
		} else {
			n = 1;
			used += (size_t)sprintf(escaped + used, "\\%03o",
						(unsigned)(unsigned char)*p);
		}
	}
	return json_stringn_nocheck(escaped, used);
}

/* ---- both ---- */

static void open_one(struct json_writer *w, const char *key, bool is_array)
{
	json_t *value = NULL;

	if (w->out) {
		put_word(w, key, is_array ? "[" : "{");
	} else {
		value = w->is_out_of_memory ? NULL
			: is_array          ? json_array()
					    : json_object();
		add(w, key, value);
		w->open[w->depth] = value;
	}
	w->needs_comma = false;
	w->is_array[w->depth++] = is_array;
}

void json_open_object(struct json_writer *w, const char *key)
{
	open_one(w, key, false);
}

void json_open_array(struct json_writer *w, const char *key)
{
	open_one(w, key, true);
}

void json_close(struct json_writer *w)
{
	w->depth--;
	w->needs_comma = true;
	if (w->out)
		(void)putc_unlocked(w->is_array[w->depth] ? ']' : '}', w->out);
}

void json_put_bytes(struct json_writer *w, const char *key, const char *text, size_t n)
{
	if (!w->out) {
		add(w, key, string_of(text, n));
		return;
	}
	put_key(w, key);
	put_string(w->out, text, text + n);
}

void json_put_text(struct json_writer *w, const char *key, const char *text)
{
	json_put_bytes(w, key, text, strlen(text));
}

void json_put_text_or_null(struct json_writer *w, const char *key, const char *text)
{
	if (text)
		json_put_text(w, key, text);
	else
		json_put_null(w, key);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	if (w->out)
		put_word(w, key, value ? "true" : "false");
	else
		add(w, key, json_boolean(value));
}

void json_put_number(struct json_writer *w, const char *key, long long value)
{
	if (!w->out) {
		add(w, key, json_integer(value));
		return;
	}
	put_key(w, key);
	(void)fprintf(w->out, "%lld", value);
}

void json_put_null(struct json_writer *w, const char *key)
{
	if (w->out)
		put_word(w, key, "null");
	else
		add(w, key, json_null());
}

static void put_members(struct json_writer *w, const json_t *tree)
{
	const char *name = NULL;
	json_t *value = NULL;
	size_t i = 0;

	json_object_foreach((json_t *)tree, name, value)
	{
		json_put_tree(w, name, value);
	}
	json_array_foreach(tree, i, value)
	{
		json_put_tree(w, NULL, value);
	}
}

void json_put_tree(struct json_writer *w, const char *key, const json_t *tree)
{
	if (json_is_object(tree) || json_is_array(tree)) {
		open_one(w, key, json_is_array(tree));
		put_members(w, tree);
		json_close(w);
	} else if (json_is_string(tree)) {
		json_put_bytes(w, key, json_string_value(tree), json_string_length(tree));
	} else if (json_is_integer(tree)) {
		json_put_number(w, key, json_integer_value(tree));
	} else if (json_is_boolean(tree)) {
		json_put_bool(w, key, json_is_true(tree));
	} else {
		json_put_null(w, key);
	}
}

json_t *json_writer_take(struct json_writer *w)
{
	if (!w->is_out_of_memory)
		return STEAL(w->whole);
	json_decref(w->whole);
	w->whole = NULL;
	return NULL;
}
