/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch tells: one line for each event, in the format that was asked for. */
#pragma once

#include "base/strbuf.h"
#include "cli.h"
#include "watch/told.h"

/* An event in words, without control characters. */
void watch_say(const struct watch_event *event, struct strbuf *sentence);

/*
 * Write an event, which is said by that sentence, to standard output, or to the journal where
 * that goes there.
 */
void watch_tell(const struct cli *cli, const struct watch_event *event,
		const struct strbuf *sentence);
