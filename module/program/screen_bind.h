/* SPDX-License-Identifier: Apache-2.0 */
/* What is read of one bind that is not as asked. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "screen.h"

/* Whether the reply says what would be, and not what is done. */
bool screen_is_check(const json_t *reply);

/* Apply would fail while there is no source: an earlier step of the caller's may make it. */
bool screen_waits(const json_t *bind);

/* A bind that has changed, or would; names are `name_width` columns wide. */
void screen_change(struct screen *s, const json_t *reply, const json_t *bind,
		   size_t name_width);

/* A bind that failed, why, and what was changed all the same. */
void screen_failure(struct screen *s, const json_t *reply, const json_t *bind);

/* Of those that are summed up. */
struct screen_label screen_rest_label(const json_t *reply, bool has_failed);
