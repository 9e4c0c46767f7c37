/* SPDX-License-Identifier: Apache-2.0 */
/* A graph as text that a program draws. */
#pragma once

#include "base/strbuf.h"
#include "run/graph.h"

/* For dot(1) of Graphviz, and for Mermaid, as in Markdown. Any byte may be in a name. */
void graph_put_dot(struct strbuf *out, const struct graph *graph);
void graph_put_mermaid(struct strbuf *out, const struct graph *graph);
