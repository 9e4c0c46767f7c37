/* SPDX-License-Identifier: Apache-2.0 */
#include "request/json_parse.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json_load.h"
#include "base/memory.h"
#include "request/json_mistake.h"

/*
 * The walk: one pass over the bytes that knows strings, brackets and commas, and nothing
 * else of JSON. It counts values and depth, and remembers for each open bracket where it
 * is: the last key of an object, the last index of an array.
 */
struct level {
	bool is_object;
	bool in_value; /* of an object: the key is complete, a value follows */
	size_t index;
	const char *key;
	size_t key_length;
};

struct walk {
	struct level levels[JSONTEXT_MAX_DEPTH];
	size_t depth;
	size_t n_values;
};

/* What a value takes by the time that all is decoded, of a bind with three members. */
#define BYTES_OF_VALUE 225u

/* The byte after the string that opens at `p` (a quote); `end` when it is not closed. */
static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

static const char *walk_string(struct walk *w, const char *p, const char *end)
{
	const char *after = string_end(p, end);
	struct level *level = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;

	if (level && level->is_object && !level->in_value) {
		level->key = p + 1;
		level->key_length = (size_t)(after - p) - 2;
	}
	return after;
}

/* Take one structural byte. Returns NULL, or what the text must not do. */
static const char *walk_byte(struct walk *w, char c)
{
	struct level *level = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;

	if (c == '{' || c == '[') {
		if (w->depth == JSONTEXT_MAX_DEPTH)
			return "must not nest deeper than 16 levels";
		w->levels[w->depth++] = (struct level){.is_object = c == '{'};
		w->n_values++;
	} else if ((c == '}' || c == ']') && level) {
		w->depth--;
	} else if (c == ',' && level) {
		level->index++;
		level->key = NULL; /* the next member's is not read yet */
		level->in_value = false;
		w->n_values++;
	} else if (c == ':' && level) {
		level->in_value = true;
	}
	return w->n_values > JSONTEXT_MAX_VALUES ? "must not hold more than 2000000 values"
						 : NULL;
}

static const char *walk(struct walk *w, const char *text, const char *end)
{
	const char *must = NULL;

	for (const char *p = text; p < end && !must;) {
		if (*p == '"')
			p = walk_string(w, p, end);
		else
			must = walk_byte(w, *p++);
	}
	return must;
}

void jsontext_locate(const char *text, size_t offset, char *buf, size_t size)
{
	struct walk w = {0};
	struct json_pointer chain[JSONTEXT_MAX_DEPTH];
	json_t *keys[JSONTEXT_MAX_DEPTH] = {NULL};
	json_error_t e = {0};
	const struct json_pointer *at = PTR_ROOT;

	(void)walk(&w, text, text + offset);
	for (size_t i = 0; i < w.depth; i++) {
		const struct level *level = &w.levels[i];

		chain[i] = (struct json_pointer){.up = at, .index = level->index};
		if (level->is_object) {
			if (!level->key)
				break;
			/* With its quotes it is JSON of its own, escapes and all. */
			keys[i] = json_load(level->key - 1, level->key_length + 2, &e);
			if (!keys[i])
				break;
			chain[i].key = json_string_value(keys[i]);
		}
		at = &chain[i];
	}
	json_pointer_render(at, buf, size);
	for (size_t i = 0; i < w.depth; i++)
		json_decref(keys[i]);
}

/* The line and the column of a byte, where a column is a character and both begin at 1. */
static void count_lines(const char *text, size_t offset, struct error *err)
{
	err->line = 1;
	err->column = 1;
	for (size_t i = 0; i < offset; i++) {
		bool is_inside = ((unsigned char)text[i] & 0xc0u) == 0x80u;

		err->column = text[i] == '\n' ? 1 : err->column + !is_inside;
		err->line += text[i] == '\n';
	}
}

static void say_mistake(const char *text, size_t size, size_t offset, const json_error_t *e,
			struct error *err)
{
	struct json_mistake mistake;

	/* What the parser stumbled over before is none of the grammar. */
	if (json_mistake_find(text, size, &mistake) && mistake.offset <= offset) {
		error_set(err, ERROR_REQUEST, 0, PTR_ROOT, "not JSON: %s", mistake.text);
		count_lines(text, mistake.offset, err);
		return;
	}
	error_set(err, ERROR_REQUEST, 0, PTR_ROOT, "not JSON: %s", e->text);
	count_lines(text, offset > 0 ? offset - 1 : 0, err);
}

static int parse_failed(const char *text, size_t size, const json_error_t *e,
			struct error *err)
{
	size_t offset =
		e->position > 0 && (size_t)e->position < size ? (size_t)e->position : size;

	if (json_error_code(e) == json_error_duplicate_key) {
		error_set(err, ERROR_REQUEST, 0, PTR_ROOT, "must not be given twice");
		err->line = (unsigned)e->line;
	} else {
		say_mistake(text, size, offset, e, err);
	}
	/* The bracket that came too early has closed nothing yet. */
	if (json_error_code(e) == json_error_invalid_syntax && offset > 0)
		offset--;
	jsontext_locate(text, offset, err->at, sizeof(err->at));
	return -1;
}

int jsontext_parse(const char *text, size_t size, json_t **ret, struct error *err)
{
	struct walk w = {0};
	json_error_t e = {0};
	const char *must = NULL;
	json_t *doc = NULL;

	if (size > JSONTEXT_MAX_BYTES)
		return error_set(err, ERROR_REQUEST, 0, PTR_ROOT,
				 "must not be larger than 16 MiB");
	must = walk(&w, text, text + size);
	if (must)
		return error_set(err, ERROR_REQUEST, 0, PTR_ROOT, "%s", must);
	memory_expect(BYTES_OF_VALUE * w.n_values);
	doc = json_load(text, size, &e);
	if (!doc && errno == ENOMEM)
		return error_no_memory(err);
	if (!doc)
		return parse_failed(text, size, &e, err);
	*ret = doc;
	return 0;
}
