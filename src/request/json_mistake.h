/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a text that is no JSON, in words for whoever wrote it: the first place
 * where it stops to be JSON, and what was probably meant. It judges the grammar alone; that
 * bytes are UTF-8 and numbers within bounds is for the parser.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_mistake {
	size_t offset; /* of the byte that is wrong */
	char text[256];
};

/* Returns whether there is one, and then fills *ret. */
bool json_mistake_find(const char *text, size_t size, struct json_mistake *ret);
