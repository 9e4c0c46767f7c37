/* SPDX-License-Identifier: Apache-2.0 */
/* A value of a request as an error shows it. */
#pragma once

#include <jansson.h>

#define JSON_SHOWN_SIZE 64

/*
 * A text in its double quotes, cut where it is long, with a ? for each control character of
 * ASCII; a number; a list by that name.
 */
const char *json_shown(const json_t *v, char buf[JSON_SHOWN_SIZE]);
