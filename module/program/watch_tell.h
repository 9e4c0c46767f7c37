/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch tells: one line for each event, in the format that was asked for. */
#pragma once

#include "cli.h"
#include "watch/told.h"
#include "watch_count.h"

/* Write an event to standard output, or to the journal where that goes there, and count it. */
void watch_tell(const struct cli *cli, const struct watch_event *event,
		struct watch_count *count);
