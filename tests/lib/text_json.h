/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in the texts of tests, with ' for ". */
#pragma once

#include <jansson.h>

/* What the text stands for; fails the test where it is no JSON. A new reference. */
json_t *text_json(const char *text);

/* Fail unless the request that it stands for is refused, by these words. */
void text_check_refused(const char *text, const char *says);
