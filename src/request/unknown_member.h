/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a member that robind does not know: which one was probably meant. */
#pragma once

#include "request/json_decode.h"

/* Refuse the member `name`, where the shapes say what could stand there. Returns -1. */
int unknown_member(const struct decode *d, const char *name, const struct json_pointer *at,
		   const struct field_set shapes[], size_t n_shapes);

/* The name of the member of the shapes that is near `name`; NULL where none is. Static. */
const char *unknown_member_meant(const struct field_set shapes[], size_t n_shapes,
				 const char *name, size_t length);
