/* SPDX-License-Identifier: Apache-2.0 */
/* The screen of `show`: a table of targets. */
#pragma once

#include <jansson.h>

#include "screen.h"

void screen_show(struct screen *s, const json_t *reply);
