/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, those that say the same in one line with the binds that they are about. */
#pragma once

#include <jansson.h>

#include "screen.h"

void screen_warnings(struct screen *s, const json_t *warnings);
