/* SPDX-License-Identifier: Apache-2.0 */
/* Texts before and after a change, as unified lines: what is gone with "- ", what is new "+ ". */
#pragma once

#include <jansson.h>

#include "screen.h"

/*
 * Those of the bind with this target, where the reply has them; *at is where to look for them
 * in the list, which is in the order of the binds, and goes on behind them.
 */
void screen_diff_of(struct screen *s, const json_t *reply, const char *target, size_t *at);

/* Those of fstab, under its name. */
void screen_diff_of_fstab(struct screen *s, const json_t *reply);
