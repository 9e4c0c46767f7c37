/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document, written from its start to its end. As text, in ASCII and without a
 * blank, it takes no memory at all; as a tree of jansson it can be read again.
 *
 * Any bytes are a text: those that are no UTF-8 (a foreign path), and then the backslashes
 * too, become octal escapes, as in mountinfo.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define JSON_WRITER_DEPTH 16u

struct json_writer {
	FILE *out;                       /* NULL: a tree is made */
	json_t *whole;                   /* the tree; see json_writer_take() */
	json_t *open[JSON_WRITER_DEPTH]; /* of the tree: what is not closed yet */
	bool is_array[JSON_WRITER_DEPTH];
	unsigned depth;
	bool needs_comma;
	bool is_out_of_memory; /* only of a tree: the rest is not written */
};

/*
 * Each of these writes one value; `key` is its name in an object, and NULL in an array and
 * at the top. What is opened has to be closed. Whether the text could be written, the
 * stream knows: ferror(3).
 */
void json_open_object(struct json_writer *w, const char *key);
void json_open_array(struct json_writer *w, const char *key);
void json_close(struct json_writer *w);
void json_put_text(struct json_writer *w, const char *key, const char *text);
void json_put_bytes(struct json_writer *w, const char *key, const char *text, size_t n);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_number(struct json_writer *w, const char *key, long long value);
void json_put_null(struct json_writer *w, const char *key);

/* A text, or null where it is NULL. */
void json_put_text_or_null(struct json_writer *w, const char *key, const char *text);

/* A tree that was made before, of anything but real numbers; it is borrowed. */
void json_put_tree(struct json_writer *w, const char *key, const json_t *tree);

/* The tree, a new reference; NULL when there was no memory for all of it. */
json_t *json_writer_take(struct json_writer *w);
