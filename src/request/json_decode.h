/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON objects by tables: a row is a member's name, how it is read, and where the
 * value goes. The same rows give the JSON Schema, so the two cannot drift apart.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macro.h"

struct field_set;

struct decode {
	bool accept_text; /* text stands for booleans and numbers too: KEY=VALUE words */
	struct error *err;
	const struct field_set *request; /* what the request as a whole may have, */
	const struct field_set *bind;    /* and a bind, to say where a member belongs */
};

/* Words that a value may be; the `i`th stands for the number i. */
struct word_set {
	const char *const *first; /* NULL in place of a word: none has this number */
	size_t stride;            /* bytes from one of these pointers to the next */
	size_t count;
	const char *must;     /* what is said of any other value */
	const char *noun;     /* what they name, where they are many; or NULL */
	bool takes_boolean;   /* true and false are the numbers 1 and 0 */
	bool is_kept_as_bool; /* what is stored is a bool, and else an int or enum */
};

/*
 * A kind of value: one of `words`, or else what read() takes. read() takes a value that is
 * not null and stores it at dst; it returns 0, or -1 with d->f set and *dst untouched.
 * `schema` is what it takes, as JSON Schema text.
 */
struct field_type {
	int (*read)(const struct decode *d, const json_t *v, const struct json_pointer *at,
		    void *dst);
	const char *schema;
	const struct word_set *words;
};

#define FIELD_REQUIRED 1u

struct field {
	const char *name;
	const struct field_type *reader;
	size_t offset;
	unsigned flags;
	const char *doc; /* one sentence for the schema */
};

/* A row for member `m` of struct T; it does not compile unless that has the type `type`. */
#define FIELD(T, m, type, reader_, flags_, doc_)                                           \
	{                                                                                  \
		.name = #m, .reader = (reader_), .flags = (flags_), .doc = (doc_),         \
		.offset = offsetof(T, m) +                                                 \
			  0 * sizeof(struct {                                              \
				  int x;                                                   \
				  _Static_assert(_Generic(((T *)0)->m, type : 1,           \
							  default : 0),                    \
						 #m " is not a " #type);                   \
			  })                                                               \
	}

/* A table of fields and the struct that it fills. */
struct field_set {
	const struct field *fields;
	size_t n_fields;
	void *dst;
};

/*
 * Read the object v into the shapes: each member goes to the first shape that has a field
 * of its name, and a member that none has is an error. null counts as not given. With an
 * error some members may have been stored already.
 */
MUST_CHECK int decode_object(const struct decode *d, const json_t *v,
			     const struct json_pointer *at, const struct field_set shapes[],
			     size_t n_shapes);

/* true or false; *dst is a bool. */
extern const struct field_type decode_bool;
