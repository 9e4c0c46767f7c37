/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of what `show` found: machine -> nodes and edges. Changes nothing. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "reply/reply.h"
#include "run/graph.h"

/*
 * Draw the targets that the reply shows. Processes are looked at until `deadline` (of
 * clock_now()). Returns 0 with *ret filled, give it to graph_done(); -1 with ERROR_MEMORY or
 * ERROR_SYSTEM, where the mounts cannot be read.
 */
MUST_CHECK int graph_make(const struct reply *reply, double deadline, struct graph *ret,
			  struct error *err);
