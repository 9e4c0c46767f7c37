/* SPDX-License-Identifier: Apache-2.0 */
/* Who keeps an old or a writable view of a bind, and so has to be restarted. */
#pragma once

#include <jansson.h>

#include "screen.h"

void screen_holders(struct screen *s, const json_t *binds);
