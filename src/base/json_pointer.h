/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place in a JSON document, kept as a chain of stack frames: nothing is allocated and
 * nothing is rendered until there is an error to report.
 */
#pragma once

#include <stddef.h>

struct json_pointer {
	const struct json_pointer *up;
	const char *key; /* a member's name, or NULL where the place is an array element */
	size_t index;
};

#define PTR_ROOT           NULL
#define PTR_KEY(up_, key_) (&(const struct json_pointer){.up = (up_), .key = (key_)})
#define PTR_INDEX(up_, index_)                                                             \
	(&(const struct json_pointer){.up = (up_), .index = (index_)})

/*
 * Write the JSON Pointer (RFC 6901) of `at` into buf, always terminated; a pointer that
 * does not fit in `size` bytes is cut at the end. The root is the empty string.
 */
void json_pointer_render(const struct json_pointer *at, char *buf, size_t size);
