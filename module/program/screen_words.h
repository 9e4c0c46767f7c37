/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a reply for a person: what a drift was, and what an action does. */
#pragma once

#include <jansson.h>

/* What became, or would become, of a bind that changes. */
enum change { CHANGE_MADE, CHANGE_MENDED, CHANGE_REMOVED, CHANGE_COUNT_ };
enum change change_of(const json_t *bind);

/* How the bind was, for the drift of this code: "writable"; the code where it is not known. */
const char *drift_was(const char *code);

/* What an action does: "set it read-only"; the action's name where it is not known. */
const char *action_does(const char *action);
