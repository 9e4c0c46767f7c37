/* SPDX-License-Identifier: Apache-2.0 */
#include "run/graph.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct graph_node *)a)->key,
		      ((const struct graph_node *)b)->key);
}

static void node_free(struct graph_node *node)
{
	if (!node)
		return;
	free(node->key);
	free(node->name);
	free(node->note);
	free(node);
}

static struct graph_node *add(struct graph *graph, enum node_kind kind, const char *key,
			      const char *name)
{
	struct graph_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	*node = (struct graph_node){.key = strdup(key),
				    .kind = kind,
				    .name = strdup(name),
				    .number = graph->n_nodes};
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers. */
	if (ARRAY_RESERVE(graph->nodes, graph->n_nodes, 1) < 0 || !node->key ||
	    !node->name || !tsearch(node, &graph->by_key, by_key)) {
		node_free(node);
		return NULL;
	}
	graph->nodes[graph->n_nodes++] = node;
	return node;
}

struct graph_node *graph_node(struct graph *graph, enum node_kind kind, const char *key,
			      const char *name, bool *ret_is_new)
{
	const struct graph_node looked_for = {.key = (char *)key};
	struct graph_node **found = tfind(&looked_for, &graph->by_key, by_key);

	if (ret_is_new)
		*ret_is_new = !found;
	return found ? *found : add(graph, kind, key, name);
}

int graph_note(struct graph_node *node, const char *note)
{
	char *copy = strdup(note);

	if (!copy)
		return -1;
	free(node->note);
	node->note = copy;
	return 0;
}

int graph_edge(struct graph *graph, enum edge_kind kind, const struct graph_node *from,
	       const struct graph_node *to, const char *note)
{
	char *copy = note ? strdup(note) : NULL;

	if ((note && !copy) || ARRAY_RESERVE(graph->edges, graph->n_edges, 1) < 0) {
		free(copy);
		return -1;
	}
	graph->edges[graph->n_edges++] = (struct graph_edge){.kind = kind,
							     .from = from->number,
							     .to = to->number,
							     .note = copy};
	return 0;
}

static void leave(void *node)
{
	(void)node; /* the list owns it */
}

void graph_done(struct graph *graph)
{
	tdestroy(graph->by_key, leave);
	for (size_t i = 0; i < graph->n_nodes; i++)
		node_free(graph->nodes[i]);
	for (size_t i = 0; i < graph->n_edges; i++)
		free(graph->edges[i].note);
	free((void *)graph->nodes);
	free(graph->edges);
	*graph = (struct graph){0};
}
