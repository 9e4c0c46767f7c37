/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a value that is none of the words it could be. */
#pragma once

#include "request/json_decode.h"

/* Refuse it, and name the words, or the one that is near. Returns -1. */
int word_refused(const struct decode *d, const struct word_set *set, const json_t *v,
		 const struct json_pointer *at);

/* The `i`th word of a set; NULL where none has this number. */
const char *word_at(const struct word_set *set, size_t i);
