/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks for something else than a robind watch that runs, which would undo it, is warned. */
#pragma once

#include "reply/reply.h"
#include "request/request.h"

/*
 * Note in the outcomes which binds a watch is asked for otherwise. One whose request file was
 * written since is about to be asked anew, and counts for nothing; so does what cannot be read,
 * and where there is no memory.
 */
void watched_note(const struct request *req, struct reply *reply);
