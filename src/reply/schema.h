/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema (2020-12) of the request, made from the decoder's own tables, and of the
 * reply, whose lists of names come from the tables that give the names.
 */
#pragma once

#include <jansson.h>

/* A new object, or NULL when there is no memory. */
json_t *schema_of_request(void);
json_t *schema_of_reply(void);
