/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies as jansson makes them, but whole or not at all: alone jansson leaves out a member for
 * which there is no memory, and says nothing. Pure.
 */
#pragma once

#include <jansson.h>

#include "base/macro.h"

/*
 * An object or array of its own, whose members are those of `tree`; or with members of their own
 * as well, to any depth. A new reference; NULL where there is no memory, or no tree.
 */
MUST_CHECK json_t *json_copy_whole(const json_t *tree);
MUST_CHECK json_t *json_deep_copy_whole(const json_t *tree);
