/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph is drawn of: the table of mounts, and what each path has to do with it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"
#include "holders/bind_location.h"
#include "mount/propagation.h"
#include "observe/mount_cache.h"
#include "run/graph.h"

struct layout {
	struct graph *graph;
	struct mounts *mounts;
	struct propagation *propagation; /* of all mounts of this namespace; borrowed */
	struct bind_location *locations; /* of what may have holders */
	size_t n_locations;
};

/* Free what it owns, which the graph is not. */
void layout_done(struct layout *layout);

/*
 * A path that shows what this mount shows, by way of another mount: *ret, allocated; NULL where
 * there is none, as for a whole file system. 0, or -1 when there is no memory.
 */
MUST_CHECK int layout_origin(const struct layout *layout, const struct mount *m,
			     char **ret);

/* The node of a path; NULL when there is no memory. */
struct graph_node *layout_path(struct layout *layout, enum node_kind kind,
			       const char *path);

/* Each of these adds edges of a node; 0, or -1 when there is no memory. */

/* To the mount that it lies on; `crosses`: or that is mounted right there. */
MUST_CHECK int layout_lies_on(struct layout *layout, struct graph_node *node, bool crosses);

/* To where what is mounted at it, or would be, is seen besides. */
MUST_CHECK int layout_reaches(struct layout *layout, const struct graph_node *target,
			      bool is_mounted);

/* To the mounts that hand on to what is mounted there, or the other way round. */
MUST_CHECK int layout_peers(struct layout *layout, const struct graph_node *target,
			    const struct mount *top);

/* To the mounts on what is mounted there. */
MUST_CHECK int layout_within(struct layout *layout, const struct graph_node *target,
			     const struct mount *top);

/* Note where bind `i` lies, for the search for holders; the source may be NULL. */
MUST_CHECK int layout_locate(struct layout *layout, char *source, const char *target,
			     size_t i);
