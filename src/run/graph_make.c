/* SPDX-License-Identifier: Apache-2.0 */
#include "run/graph_make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "holders/process_scan.h"
#include "observe/mount_cache.h"
#include "observe/reach_table.h"
#include "run/graph_parts.h"

/* ---- one target ---- */

static const char *path_of(const struct shown *shown)
{
	return shown->resolved ? shown->resolved : shown->target;
}

static enum node_kind kind_of(const struct shown *shown)
{
	if (shown->error)
		return NODE_PATH;
	if (!shown->state.mounted)
		return NODE_BARE;
	return mount_is_read_only(&shown->top) ? NODE_BOUND : NODE_WRITABLE;
}

/* What is below its name. */
static const char *note_of(const struct shown *shown, const char *source)
{
	static const char *const notes[NODE_COUNT_] = {
		[NODE_PATH] = "cannot be seen",
		[NODE_BOUND] = "read-only",
		[NODE_WRITABLE] = "WRITABLE",
		[NODE_BARE] = "not mounted",
	};
	bool is_whole = shown->state.mounted && !source;

	return is_whole && mount_is_read_only(&shown->top)
		       ? "read-only, a whole file system"
	       : is_whole ? "WRITABLE, a whole file system"
			  : notes[kind_of(shown)];
}

/* Where what is mounted comes from: by its line, or by a mount that shows it too; or NULL. */
static int find_source(const struct layout *layout, const struct shown *shown, char **ret)
{
	if (shown->line && shown->line->source[0] == '/') {
		*ret = strdup(shown->line->source);
		return *ret ? 0 : -1;
	}
	return shown->top.root ? layout_origin(layout, &shown->top, ret) : 0;
}

static int draw_source(struct layout *layout, const struct shown *shown,
		       struct graph_node *target, const char *source)
{
	bool is_there = shown->state.mounted;
	struct graph_node *from = layout_path(layout, NODE_PATH, source);

	if (!from || layout_lies_on(layout, from, true) < 0)
		return -1;
	return graph_edge(layout->graph, is_there ? EDGE_BIND : EDGE_MISSING, from, target,
			  is_there      ? "bind"
			  : shown->line ? "in fstab"
					: NULL);
}

static int draw_target(struct layout *layout, const struct shown *shown, size_t i)
{
	scoped_mem char *source = NULL;
	struct graph_node *target = layout_path(layout, kind_of(shown), path_of(shown));

	if (!target || find_source(layout, shown, &source) < 0)
		return -1;
	target->kind = kind_of(shown);
	if (graph_note(target, note_of(shown, source)) < 0 ||
	    layout_lies_on(layout, target, false) < 0 ||
	    layout_reaches(layout, target, shown->state.mounted) < 0)
		return -1;
	if (source && draw_source(layout, shown, target, source) < 0)
		return -1;
	if (shown->top.point && (layout_peers(layout, target, &shown->top) < 0 ||
				 layout_within(layout, target, &shown->top) < 0))
		return -1;
	return layout_locate(layout, source, path_of(shown), i);
}

/* ---- holders ---- */

static int draw_holder(struct graph *graph, const struct holder *holder,
		       const struct process_identity *who, const char *target)
{
	scoped_strbuf name = {0};
	scoped_strbuf key = {0};
	scoped_strbuf note = {0};
	const struct graph_node *from = NULL;
	const struct graph_node *to = NULL;

	if (who->cgroup.container)
		strbuf_addf(&name, "container %s", who->cgroup.container);
	else if (who->cgroup.unit)
		strbuf_add(&name, who->cgroup.unit);
	else
		strbuf_addf(&name, "%s (%d)", who->command, (int)holder->pid);
	strbuf_addf(&key, "holder %s", strbuf_text(&name));
	strbuf_addf(&note, "%s at %s", why_names[holder->why], holder->path);
	if (!strbuf_text(&name) || !strbuf_text(&key) || !strbuf_text(&note))
		return -1;
	from = graph_node(graph, NODE_HOLDER, strbuf_text(&key), strbuf_text(&name), NULL);
	to = graph_node(graph, NODE_PATH, target, target, NULL);
	return from && to ? graph_edge(graph, EDGE_HOLDS, from, to, strbuf_text(&note))
			  : -1;
}

static int draw_holders(struct layout *layout, const struct reply *reply, double deadline)
{
	struct process_scan scan = {0};
	int r = process_scan_run(layout->locations, layout->n_locations, deadline, &scan);

	for (size_t h = 0; r == 0 && h < scan.holders.count; h++) {
		const struct holder *holder = &scan.holders.items[h];

		r = draw_holder(layout->graph, holder, &scan.identities[h],
				path_of(&reply->shown[holder->bind]));
	}
	layout->graph->is_incomplete = r == 0 && scan_is_incomplete(&scan);
	process_scan_done(&scan);
	return r;
}

int graph_make(const struct reply *reply, double deadline, struct graph *ret,
	       struct error *err)
{
	struct mounts mounts;
	struct graph graph = {0};
	struct layout layout = {.graph = &graph, .mounts = &mounts};
	int r = 0;

	mounts_init(&mounts, true);
	r = reach_table_read(&mounts.reach, &layout.propagation);
	if (r < 0) {
		mounts_done(&mounts);
		return r == -ENOMEM
			       ? error_no_memory(err)
			       : error_set(
					 err, ERROR_SYSTEM, -r, PTR_ROOT,
					 "the mounts of this namespace cannot be read: %s",
					 strerror(-r));
	}
	for (size_t i = 0; r == 0 && i < reply->n_shown; i++)
		r = draw_target(&layout, &reply->shown[i], i);
	if (r == 0)
		r = draw_holders(&layout, reply, deadline);
	layout_done(&layout);
	mounts_done(&mounts);
	if (r < 0) {
		graph_done(&graph);
		return error_no_memory(err);
	}
	*ret = graph;
	return 0;
}
