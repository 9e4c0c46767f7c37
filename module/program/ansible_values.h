/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as Ansible hands them over. What a play says in YAML keeps its type; what came
 * through a template, or as KEY=VALUE, is text. Each function returns a new reference, or
 * NULL when there is no memory. A value that it cannot make sense of stays as it is: the
 * decoder refuses it in its own words.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* False for null and for the empty text, which is how a template says "nothing". */
bool ansible_is_given(const json_t *v);

/* true or false for all that Ansible takes for them (yes, "on", 1, "t" ...). */
json_t *ansible_bool(const json_t *v);

/* An integer for decimal digits. */
json_t *ansible_integer(const json_t *v);

/* A list for a list, and for one in JSON text; empty elements go. Other text stays. */
json_t *ansible_elements(const json_t *v);

/*
 * A list for a list, for one in JSON text, and for words joined by commas with or without
 * blanks; empty words and elements go.
 */
json_t *ansible_list(const json_t *v);
