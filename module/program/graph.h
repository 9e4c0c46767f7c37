/* SPDX-License-Identifier: Apache-2.0 */
/* `robind graph`: what is bound to where, drawn for Graphviz or Mermaid. */
#pragma once

#include "call.h"

/* Draw the targets that are named, or else all that fstab lists. Returns the exit status. */
int graph_run(struct call *call);
