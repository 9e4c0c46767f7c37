/*
 * A place in a JSON document, kept as a chain of stack frames: nothing is allocated and
 * nothing is rendered until there is an error to report.
 */
#pragma once

#include <stddef.h>

struct at {
	const struct at *up;
	const char *key; /* a member's name, or NULL where the place is an array element */
	size_t index;
};

#define AT_ROOT               NULL
#define AT_KEY(up_, key_)     (&(const struct at){.up = (up_), .key = (key_)})
#define AT_INDEX(up_, index_) (&(const struct at){.up = (up_), .index = (index_)})

/*
 * Write the JSON Pointer (RFC 6901) of `at` into buf, always terminated; a pointer that
 * does not fit in `size` bytes is cut at the end. The root is the empty string.
 */
void at_render(const struct at *at, char *buf, size_t size);
