/* SPDX-License-Identifier: Apache-2.0 */
#include "graph_text.h"

#include <string.h>

#include "reply_text.h"

static const char incomplete[] =
	"holders: most processes cannot be read; root sees them all";

/* A text without what `special` has; `put` writes that. */
static void put_quoted(struct strbuf *out, const char *text, const char *special,
		       void (*put)(struct strbuf *out, char c))
{
	scoped_strbuf escaped = {0};

	put_escaped(&escaped, text);
	out->failed |= escaped.failed;
	for (const char *c = strbuf_text(&escaped); c && *c != '\0'; c++) {
		if (strchr(special, *c))
			put(out, *c);
		else
			strbuf_add_bytes(out, c, 1);
	}
}

/* ---- Graphviz ---- */

/* clang-format off */
static const char *const dot_nodes[NODE_COUNT_] = {
	[NODE_PATH]     = "shape=box",
	[NODE_BOUND]    = "shape=box, style=filled, fillcolor=\"#cde8cd\"",
	[NODE_WRITABLE] = "shape=box, style=filled, fillcolor=\"#f4b9b3\"",
	[NODE_BARE]     = "shape=box, style=dashed",
	[NODE_MOUNT]    = "shape=folder, color=\"#777777\", fontcolor=\"#555555\"",
	[NODE_HOLDER]   = "shape=ellipse, style=filled, fillcolor=\"#f9dfae\"",
};
static const char *const dot_edges[EDGE_COUNT_] = {
	[EDGE_BIND]     = "penwidth=2",
	[EDGE_MISSING]  = "style=dashed",
	[EDGE_LIES_ON]  = "style=dotted, arrowhead=none, color=\"#777777\"",
	[EDGE_WITHIN]   = "arrowhead=odot",
	[EDGE_REACHES]  = "color=\"#c0392b\", fontcolor=\"#c0392b\"",
	[EDGE_PEER]     = "color=\"#8e44ad\", fontcolor=\"#8e44ad\", dir=both",
	[EDGE_HOLDS]    = "color=\"#b9770e\", fontcolor=\"#b9770e\"",
};
/* clang-format on */

/* Within quotes a backslash begins an escape, and & an entity of HTML. */
static void put_dot_special(struct strbuf *out, char c)
{
	if (c == '&')
		strbuf_add(out, "&amp;");
	else
		strbuf_addf(out, "\\%c", c);
}

static void put_dot_text(struct strbuf *out, const char *text)
{
	put_quoted(out, text, "\\\"&", put_dot_special);
}

void graph_put_dot(struct strbuf *out, const struct graph *graph)
{
	strbuf_add(out, "digraph robind {\n\trankdir=LR;\n"
			"\tnode [fontname=\"monospace\", fontsize=10];\n"
			"\tedge [fontname=\"monospace\", fontsize=9];\n");
	if (graph->is_incomplete)
		strbuf_addf(out, "\tlabel=\"%s\";\n", incomplete);
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct graph_node *node = graph->nodes[i];

		strbuf_addf(out, "\tn%zu [label=\"", i);
		put_dot_text(out, node->name);
		if (node->note) {
			strbuf_add(out, "\\n");
			put_dot_text(out, node->note);
		}
		strbuf_addf(out, "\", %s];\n", dot_nodes[node->kind]);
	}
	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		strbuf_addf(out, "\tn%zu -> n%zu [label=\"", edge->from, edge->to);
		put_dot_text(out, edge->note ? edge->note : "");
		strbuf_addf(out, "\", %s];\n", dot_edges[edge->kind]);
	}
	strbuf_add(out, "}\n");
}

/* ---- Mermaid ---- */

/* clang-format off */
static const char *const mermaid_classes[NODE_COUNT_] = {
	[NODE_PATH]     = "path",
	[NODE_BOUND]    = "bound",
	[NODE_WRITABLE] = "writable",
	[NODE_BARE]     = "bare",
	[NODE_MOUNT]    = "mount",
	[NODE_HOLDER]   = "holder",
};
static const char *const mermaid_arrows[EDGE_COUNT_] = {
	[EDGE_BIND]     = "==>",
	[EDGE_MISSING]  = "-.->",
	[EDGE_LIES_ON]  = "-.-",
	[EDGE_WITHIN]   = "--o",
	[EDGE_REACHES]  = "--x",
	[EDGE_PEER]     = "<-->",
	[EDGE_HOLDS]    = "-->",
};
/* clang-format on */

static void put_mermaid_special(struct strbuf *out, char c)
{
	strbuf_addf(out, "#%d;", c);
}

/* Also what would be Markdown, or HTML, within quotes. */
static void put_mermaid_text(struct strbuf *out, const char *text)
{
	put_quoted(out, text, "\"#;&<>`*_|\\%", put_mermaid_special);
}

void graph_put_mermaid(struct strbuf *out, const struct graph *graph)
{
	strbuf_add(out,
		   "flowchart LR\n"
		   "\tclassDef bound fill:#cde8cd\n\tclassDef writable fill:#f4b9b3\n"
		   "\tclassDef bare stroke-dasharray:4\n\tclassDef mount fill:#eeeeee\n"
		   "\tclassDef holder fill:#f9dfae\n\tclassDef path fill:#ffffff\n");
	if (graph->is_incomplete)
		strbuf_addf(out, "\t%%%% %s\n", incomplete);
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct graph_node *node = graph->nodes[i];

		strbuf_addf(out, "\tn%zu[\"", i);
		put_mermaid_text(out, node->name);
		if (node->note) {
			strbuf_add(out, "<br>");
			put_mermaid_text(out, node->note);
		}
		strbuf_addf(out, "\"]:::%s\n", mermaid_classes[node->kind]);
	}
	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		strbuf_addf(out, "\tn%zu %s", edge->from, mermaid_arrows[edge->kind]);
		if (edge->note) {
			strbuf_add(out, "|\"");
			put_mermaid_text(out, edge->note);
			strbuf_add(out, "\"|");
		}
		strbuf_addf(out, " n%zu\n", edge->to);
	}
}
