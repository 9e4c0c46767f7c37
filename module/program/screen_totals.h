/* SPDX-License-Identifier: Apache-2.0 */
/* The last line of a report: how many binds there are, and what became of them. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "screen.h"

/* `is_boot`: the binds are those that fstab lists. An error of the whole request is the line. */
void screen_totals(struct screen *s, const json_t *reply, bool is_boot);
