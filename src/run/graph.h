/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of a host as nodes and edges: what is bound to where, on which mounts that lies,
 * where else it would be seen, and who holds it. Plain data; graph_make.c fills it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

enum node_kind {
	NODE_PATH,     /* a source, or another place */
	NODE_BOUND,    /* a target with a read-only mount */
	NODE_WRITABLE, /* a target with one that is not */
	NODE_BARE,     /* a target where nothing is mounted */
	NODE_MOUNT,    /* a mount that paths lie on */
	NODE_HOLDER,   /* a unit, a container or a process */
	NODE_COUNT_
};

enum edge_kind {
	EDGE_BIND,    /* from a source to its target */
	EDGE_MISSING, /* the same, in fstab alone */
	EDGE_LIES_ON, /* from a path to the mount */
	EDGE_WITHIN,  /* from a target to a mount below it */
	EDGE_REACHES, /* from a target to where a mount at it would be seen as well */
	EDGE_PEER,    /* from a target to a mount that its own shares with */
	EDGE_HOLDS,   /* from a holder to a target */
	EDGE_COUNT_
};

struct graph_node {
	char *key; /* what it is found by */
	enum node_kind kind;
	char *name;
	char *note; /* a line below the name, or NULL */
	size_t number;
	bool lies_on; /* it has its edge to a mount */
};

struct graph_edge {
	enum edge_kind kind;
	size_t from;
	size_t to;
	char *note; /* or NULL */
};

/* {0} is an empty one. */
struct graph {
	struct graph_node **nodes; /* in the order in which they came */
	size_t n_nodes;
	struct graph_edge *edges;
	size_t n_edges;
	void *by_key;       /* tsearch(3) */
	bool is_incomplete; /* most processes could not be read */
};

/*
 * The node with this key, made as `kind` with this name where there is none. *ret_is_new
 * says so; NULL: nobody asks. Returns NULL when there is no memory.
 */
struct graph_node *graph_node(struct graph *graph, enum node_kind kind, const char *key,
			      const char *name, bool *ret_is_new);

/* What is below the name, in the place of what was. 0, or -1 when there is no memory. */
MUST_CHECK int graph_note(struct graph_node *node, const char *note);

/* An edge; the note, which may be NULL, is copied. 0, or -1 when there is no memory. */
MUST_CHECK int graph_edge(struct graph *graph, enum edge_kind kind,
			  const struct graph_node *from, const struct graph_node *to,
			  const char *note);

/* Free what it owns; safe on {0} and twice. */
void graph_done(struct graph *graph);
