/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a text that should be JSON: how far they go, and what their writer took it for. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_token {
	size_t length;    /* of what is to be shown of it */
	const char *hint; /* what JSON has in its place, static; NULL: nothing is known */
};

/* What stands at `p`, for showing it. */
struct json_token json_token_at(const char *p, const char *end);

/* Whether a word of letters begins at `p`. */
bool json_token_is_word(const char *p, const char *end);

/* The byte behind a number, true, false or null that begins at `p`; NULL: none does. */
const char *json_token_value_end(const char *p, const char *end);

/* What a text is, other than JSON, that begins so at its first letter; static, or NULL. */
const char *json_token_foreign(const char *p, const char *end);
