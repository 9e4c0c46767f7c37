/* SPDX-License-Identifier: Apache-2.0 */
#include "run/graph_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/strbuf.h"

void layout_done(struct layout *layout)
{
	for (size_t i = 0; i < layout->n_locations; i++)
		bind_location_done(&layout->locations[i]);
	free(layout->locations);
	layout->locations = NULL;
	layout->n_locations = 0;
}

int layout_origin(const struct layout *layout, const struct mount *m, char **ret)
{
	const struct mount_list *all = &layout->propagation->tree.mounts;

	for (size_t i = 0; i < all->count; i++) {
		const struct mount *other = &all->items[i];
		const char *rest = NULL;

		if (other->id == m->id || other->superblock != m->superblock ||
		    strcmp(other->point, m->point) == 0)
			continue;
		rest = path_rest(m->root, other->root);
		if (rest) {
			*ret = path_join(other->point, rest);
			return *ret ? 0 : -1;
		}
	}
	*ret = NULL;
	return 0;
}

struct graph_node *layout_path(struct layout *layout, enum node_kind kind, const char *path)
{
	return graph_node(layout->graph, kind, path, path, NULL);
}

/* ---- mounts ---- */

static const char *propagation_word(const struct mount *m)
{
	if (m->propagation & PROPAGATION_SHARED)
		return m->propagation & PROPAGATION_SLAVE ? "shared, slave" : "shared";
	return m->propagation & PROPAGATION_SLAVE ? "slave" : "private";
}

static struct graph_node *mount_node(struct layout *layout, const struct mount *m)
{
	char key[32];
	scoped_strbuf note = {0};
	struct graph_node *node = NULL;
	bool is_new = false;

	/* A path begins with a slash. */
	(void)snprintf(key, sizeof(key), "mount %" PRIu64, m->id);
	node = graph_node(layout->graph, NODE_MOUNT, key, m->point, &is_new);
	if (!node || !is_new)
		return node;
	strbuf_addf(&note, "%s, %s, %s", m->fs_type,
		    mount_is_read_only(m) ? "read-only" : "writable", propagation_word(m));
	return strbuf_text(&note) && graph_note(node, strbuf_text(&note)) == 0 ? node
									       : NULL;
}

/* An edge to the node of a mount. */
static int edge_to(struct layout *layout, enum edge_kind kind,
		   const struct graph_node *from, const struct mount *m, const char *note)
{
	const struct graph_node *node = mount_node(layout, m);

	return node ? graph_edge(layout->graph, kind, from, node, note) : -1;
}

int layout_lies_on(struct layout *layout, struct graph_node *node, bool crosses)
{
	const struct mount_tree *tree = &layout->propagation->tree;
	const struct mount *m =
		mount_tree_find(tree, mount_tree_look_up(tree, node->name, crosses));

	/* A path that is the source of one bind and the target of another has it by then. */
	if (!m || node->lies_on)
		return 0;
	node->lies_on = true;
	return edge_to(layout, EDGE_LIES_ON, node, m, NULL);
}

/* ---- propagation ---- */

struct reaching {
	struct layout *layout;
	const struct graph_node *target;
	const char *note;
	int r;
};

static bool reach_one(const struct mount *m, const char *place, void *data)
{
	struct reaching *reaching = data;
	const struct graph_node *to = layout_path(reaching->layout, NODE_PATH, place);

	(void)m;
	reaching->r = to ? graph_edge(reaching->layout->graph, EDGE_REACHES,
				      reaching->target, to, reaching->note)
			 : -1;
	return reaching->r < 0;
}

int layout_reaches(struct layout *layout, const struct graph_node *target, bool is_mounted)
{
	struct propagation *p = layout->propagation;
	const struct mount *on =
		mount_tree_find(&p->tree,
				mount_tree_look_up(&p->tree, target->name, false));
	struct reaching reaching = {.layout = layout,
				    .target = target,
				    .note = is_mounted ? "a new mount is seen here too"
						       : "would be seen here too"};

	if (!on || !mount_is_shared(on))
		return 0;
	if (propagation_each_place(p, on, target->name, reach_one, &reaching) < 0)
		return -1;
	return reaching.r;
}

int layout_peers(struct layout *layout, const struct graph_node *target,
		 const struct mount *top)
{
	const struct mount_list *all = &layout->propagation->tree.mounts;
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->count && !mount_is_private(top); i++) {
		const struct mount *m = &all->items[i];

		if (m->id == top->id)
			continue;
		if (top->peer_group && m->peer_group == top->peer_group)
			r = edge_to(layout, EDGE_PEER, target, m, "shares with");
		else if (top->peer_group && m->master == top->peer_group)
			r = edge_to(layout, EDGE_PEER, target, m, "hands on to");
		else if (top->master && m->peer_group == top->master)
			r = edge_to(layout, EDGE_PEER, target, m, "receives from");
	}
	return r;
}

int layout_within(struct layout *layout, const struct graph_node *target,
		  const struct mount *top)
{
	const struct mount_tree *tree = &layout->propagation->tree;
	size_t first = mount_tree_first_child(tree, top->id);
	int r = 0;

	for (size_t i = first; r == 0 && i < tree->mounts.count; i++) {
		const struct mount *m = &tree->mounts.items[tree->children[i]];

		if (m->parent != top->id)
			break;
		if (strcmp(m->point, target->name) != 0)
			r = edge_to(layout, EDGE_WITHIN, target, m, "within");
	}
	return r;
}

/* ---- holders ---- */

int layout_locate(struct layout *layout, char *source, const char *target, size_t i)
{
	const struct want want = {.source = source, .target = (char *)target};

	if (ARRAY_RESERVE(layout->locations, layout->n_locations, 1) < 0 ||
	    bind_location_look(layout->mounts, &want, i,
			       &layout->locations[layout->n_locations]) < 0)
		return -1;
	layout->n_locations++;
	return 0;
}
