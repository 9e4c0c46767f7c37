/*
 *   attach    clone | read-only, flags, private | attach                   | look | private
 *   replace   clone | read-only, flags, private | beneath the old | detach | look | private
 *   (gap)     clone | read-only, flags, private | old read-only | detach | attach | look |
 * private
 *
 * Private comes twice: detached, so that nothing mounted below the source follows into the
 * new tree; and last, because a mount attached below a shared one becomes shared anew. It
 * must not come before the detach, which would then not reach other mount namespaces.
 */
#include <errno.h>
#include <stdlib.h>

#include "path.h"
#include "scoped.h"
#include "sys.h"
#include "work.h"

static int make_tree(struct work *w)
{
	struct flags flags =
		flags_merge((struct flags){.set = FLAG_RDONLY}, w->plan->carry);
	scoped_fd int tree =
		clones_make(w->hands->clones, w->hands->mounts, w->want, w->have);
	int r = tree < 0 ? tree : sys_set_flags(tree, flags, w->want->recursive);

	if (r == 0)
		r = sys_set_private(tree, w->want->recursive);
	if (r < 0)
		return r;
	return steal_fd(&tree);
}

/* Take back a mount that was attached, unless something was mounted on it meanwhile. */
static bool take_back(int tree, uint64_t id)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;

	return sys_mounts_below(id, &ids, &n) == 0 && n == 0 && sys_detach(tree) == 0;
}

/*
 * The new mount is attached: see that the target shows it, and make it private. It is noted
 * as a step of this kind, unless it could be taken back and nothing else had changed.
 */
static int settle(struct work *w, int tree, uint64_t id, enum step_kind kind)
{
	scoped_fd int seen = work_open_showing(w->want, id);
	int r = 0;

	if (seen < 0) {
		if ((!take_back(tree, id) || kind != STEP_ATTACH) && work_note(w, kind) < 0)
			return -1;
		return work_failed(w, "looking at the new mount", seen);
	}
	if (work_note(w, kind) < 0)
		return -1;
	r = sys_set_private(tree, w->want->recursive);
	return r < 0 ? work_failed(w, "making it private", r) : 0;
}

static int tree_id(int tree, uint64_t *ret)
{
	struct node node = {0};
	int r = sys_stat(tree, &node);

	*ret = node.mount;
	return r;
}

/* The place for a first mount: nothing may have been mounted there since it was judged. */
static int open_free_place(const struct work *w)
{
	const struct place *judged = &w->have->target;
	scoped_fd int fd = sys_open(w->want->target);
	struct node node = {0};
	int r = fd < 0 ? fd : sys_stat(fd, &node);

	if (r < 0)
		return r;
	if (place_is_there(judged) && w->have->n_layers == 0 &&
	    node.mount != judged->node.mount)
		return -ESTALE;
	return steal_fd(&fd);
}

static int attach_tree(struct work *w, int tree)
{
	scoped_fd int place = open_free_place(w);
	uint64_t id = 0;
	int r = place < 0 ? place : tree_id(tree, &id);

	if (r == 0)
		r = sys_attach(tree, place);
	if (r < 0)
		return work_failed(w, "attaching the new mount", r);
	return settle(w, tree, id, STEP_ATTACH);
}

/* The target was made for this mount alone, so it goes when that could not be attached. */
static void unmake_target(struct work *w)
{
	sys_unmake_place(w->want->target, place_is_directory(&w->have->source), w->made);
	w->made = 0;
	w->deeds->n_steps--;
}

int work_attach(struct work *w)
{
	size_t before = w->deeds->n_steps;
	scoped_fd int tree = make_tree(w);
	int r = tree < 0 ? work_failed(w, "cloning the source", tree)
			 : attach_tree(w, tree);

	if (r < 0 && w->made > 0 && w->deeds->n_steps == before)
		unmake_target(w);
	return r;
}

/* The way with a moment of nothing at the target, where the kernel knows no better one. */
static int replace_with_gap(struct work *w, int tree, uint64_t id)
{
	const struct layer *old = &w->have->layers[w->layer];
	scoped_fd int place = -1;
	int r = 0;

	if (old->kind != LAYER_OTHER) {
		scoped_fd int top = work_open_top(w);

		/* Best effort: where it is held open for writing, the detach follows. */
		(void)!(top < 0 ? top
				: sys_set_flags(top, (struct flags){.set = FLAG_RDONLY},
						w->want->recursive));
	}
	r = work_detach_top(w);
	if (r < 0)
		return work_failed(w, "detaching the old mount", r);
	w->deeds->gap = true;
	place = sys_open(w->want->target);
	r = place < 0 ? place : sys_attach(tree, place);
	if (r < 0)
		return work_note(w, STEP_DETACH) < 0
			       ? -1
			       : work_failed(w, "attaching the new mount", r);
	return settle(w, tree, id, STEP_REPLACE);
}

static int replace_beneath(struct work *w, int tree, uint64_t id)
{
	int r = work_detach_top(w);

	if (r == 0)
		return settle(w, tree, id, STEP_REPLACE);
	/* The new mount stays below the old one, which carries on: so the next run finds
	 * it. */
	return work_note(w, STEP_ATTACH) < 0 ? -1
					     : work_failed(w, "detaching the old mount", r);
}

int work_replace(struct work *w)
{
	scoped_fd int tree = make_tree(w);
	scoped_fd int top = work_open_top(w);
	uint64_t id = 0;
	int r = tree < 0 ? tree : top;

	if (r >= 0)
		r = tree_id(tree, &id);
	if (r < 0)
		return work_failed(w,
				   tree < 0 ? "cloning the source" : "opening the target",
				   r);
	/*
	 * Below its own source, what is attached at the target would be handed on to the
	 * source and come back on top of it.
	 */
	r = path_rest(w->want->target, w->want->source) ? -EINVAL
							: sys_attach_beneath(tree, top);
	if (r == -EINVAL)
		return replace_with_gap(w, tree, id);
	if (r < 0)
		return work_failed(w, "attaching the new mount beneath the old one", r);
	return replace_beneath(w, tree, id);
}
