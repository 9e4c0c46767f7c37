/* SPDX-License-Identifier: Apache-2.0 */
/* robind watch: from its words to the engine's watch, and what that tells. */
#pragma once

#include "call.h"

/* Run the command. Returns the exit status. */
int watch_command(struct call *call);
