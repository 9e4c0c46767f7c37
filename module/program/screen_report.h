/* SPDX-License-Identifier: Apache-2.0 */
/* The screen of apply, check and boot: what changed, what failed, and the totals. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "screen.h"

/* Of what there is more than this, a sum is told, but with --all. */
#define SCREEN_MANY 20u

/* Put all of it; `is_boot`: the binds are those that fstab lists. */
void screen_report(struct screen *s, const json_t *reply, bool is_boot);
