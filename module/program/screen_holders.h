/* SPDX-License-Identifier: Apache-2.0 */
/* Who keeps an old or a writable view of a bind, and so has to be restarted. */
#pragma once

#include <jansson.h>

#include "base/strbuf.h"
#include "screen.h"

void screen_holders(struct screen *s, const json_t *binds);

/* Put `restart WHOM: it keeps WHAT` for one holder of a bind; not escaped. */
void put_holding(struct strbuf *line, const json_t *bind, const json_t *holder);
