/* SPDX-License-Identifier: Apache-2.0 */
/* --format text: what a person reads. */
#pragma once

#include <jansson.h>

#include "base/macro.h"
#include "cli.h"

/*
 * Write the reply as text, as the command line wants it and as wide as the terminal. Returns
 * 0, or -1 when not all of it could be written.
 */
MUST_CHECK int text_write(const json_t *reply, const struct cli *cli);
