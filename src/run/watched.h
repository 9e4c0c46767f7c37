/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a robind watch that runs is asked for: it leaves that below /run, so that apply and check
 * can warn where they are asked for something else, which the watch would undo.
 */
#pragma once

#include "base/macro.h"
#include "base/strbuf.h"
#include "reply/reply.h"
#include "request/request.h"

/* Add the binds of a request to what is left; `file` is its name, or NULL. */
void watched_add(struct strbuf *left, const struct request *req, const char *file);

/*
 * Leave it in the place of what was left with *fd, -1 at first. Where that cannot be nobody is
 * warned.
 */
void watched_leave(const struct strbuf *left, int *fd);

/* Nobody watches any more; *fd is -1 then. */
void watched_take_back(int *fd);

/*
 * Note in the outcomes which binds a watch is asked for otherwise. One whose request file was
 * written since is about to be asked anew, and counts for nothing; so does what cannot be read,
 * and where there is no memory.
 */
void watched_note(const struct request *req, struct reply *reply);
