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
#include "apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply_fail.h"
#include "path.h"
#include "scoped.h"
#include "sys.h"

struct work {
	const struct hands *hands;
	const struct want *want;
	const struct have *have;
	const struct plan *plan;
	struct deeds *deeds;
	size_t layer; /* the layer that is on top by now */
	size_t made;  /* components of the target that were made */
	struct fail *f;
};

void deeds_done(struct deeds *deeds)
{
	free(deeds->steps);
	*deeds = (struct deeds){0};
}

static int note(struct work *w, enum step_kind kind)
{
	struct deeds *deeds = w->deeds;
	enum step_kind *more =
		reallocarray(deeds->steps, deeds->n_steps + 1, sizeof(*more));

	if (!more)
		return fail_set(w->f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	deeds->steps = more;
	deeds->steps[deeds->n_steps++] = kind;
	return 0;
}

static int failed(struct work *w, const char *doing, int r)
{
	return apply_fail(w->f, w->want->target, doing, -r);
}

/* Open the target; it must show the mount with this id. Returns a descriptor or -errno. */
static int open_showing(const struct want *want, uint64_t id)
{
	scoped_fd int fd = sys_open(want->target);
	struct node node = {0};
	int r = fd < 0 ? fd : sys_stat(fd, &node);

	if (r < 0)
		return r;
	if (node.mount != id)
		return -ESTALE;
	return steal_fd(&fd);
}

static int open_top(const struct work *w)
{
	return open_showing(w->want, w->have->layers[w->layer].mount.id);
}

/* ---- new mounts ---- */

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
static void take_back(int tree, uint64_t id)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;

	if (sys_mounts_below(id, &ids, &n) == 0 && n == 0)
		(void)!sys_detach(tree);
}

/* The new mount is attached: see that the target shows it, and make it private. */
static int settle(struct work *w, int tree, uint64_t id)
{
	scoped_fd int seen = open_showing(w->want, id);
	int r = 0;

	if (seen < 0) {
		take_back(tree, id);
		return failed(w, "looking at the new mount", seen);
	}
	r = sys_set_private(tree, w->want->recursive);
	return r < 0 ? failed(w, "making it private", r) : 0;
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
		return failed(w, "attaching the new mount", r);
	if (note(w, STEP_ATTACH) < 0)
		return -1;
	return settle(w, tree, id);
}

static int do_attach(struct work *w)
{
	scoped_fd int tree = make_tree(w);
	int r = tree < 0 ? failed(w, "cloning the source", tree) : attach_tree(w, tree);

	if (r < 0 && w->made > 0) {
		sys_unmake_place(w->want->target, place_is_directory(&w->have->source),
				 w->made);
		w->made = 0;
	}
	return r;
}

/* ---- old mounts ---- */

/*
 * Detach the top mount. What is mounted below it goes with it; where those are copies of
 * mounts below the source, they share events with the originals, which must not go too.
 */
static int detach_top(struct work *w)
{
	scoped_fd int top = open_top(w);
	int r = top < 0 ? top : 0;

	if (r == 0 && w->plan->clear_below && w->layer == 0)
		r = sys_set_private(top, true);
	if (r == 0)
		r = sys_detach(top);
	if (r == 0)
		w->layer++;
	return r;
}

static int do_detach(struct work *w)
{
	int r = detach_top(w);

	return r < 0 ? failed(w, "detaching the old mount", r) : note(w, STEP_DETACH);
}

static int do_peel(struct work *w)
{
	int r = detach_top(w);

	return r < 0 ? failed(w, "detaching the upper mount", r) : note(w, STEP_PEEL);
}

/* The way with a moment of nothing at the target, where the kernel knows no better one. */
static int replace_with_gap(struct work *w, int tree, uint64_t id)
{
	const struct layer *old = &w->have->layers[w->layer];
	scoped_fd int place = -1;
	int r = 0;

	if (old->kind != LAYER_OTHER) {
		scoped_fd int top = open_top(w);

		/* Best effort: held open for writing, it is detached in the next call
		 * anyway. */
		(void)!(top < 0 ? top
				: sys_set_flags(top, (struct flags){.set = FLAG_RDONLY},
						w->want->recursive));
	}
	r = detach_top(w);
	if (r == 0) {
		w->deeds->gap = true;
		place = sys_open(w->want->target);
		r = place < 0 ? place : sys_attach(tree, place);
	}
	if (r < 0)
		return failed(w, "replacing the old mount", r);
	return note(w, STEP_REPLACE) < 0 ? -1 : settle(w, tree, id);
}

static int replace_beneath(struct work *w, int tree, uint64_t id)
{
	int r = detach_top(w);

	if (r < 0)
		return failed(w, "detaching the old mount", r);
	return note(w, STEP_REPLACE) < 0 ? -1 : settle(w, tree, id);
}

static int do_replace(struct work *w)
{
	scoped_fd int tree = make_tree(w);
	scoped_fd int top = open_top(w);
	uint64_t id = 0;
	int r = tree < 0 ? tree : top;

	if (r >= 0)
		r = tree_id(tree, &id);
	if (r < 0)
		return failed(w, tree < 0 ? "cloning the source" : "opening the target", r);
	/*
	 * Below its own source, what is attached at the target would be handed on to the
	 * source and come back on top of it.
	 */
	r = path_rest(w->want->target, w->want->source) ? -EINVAL
							: sys_attach_beneath(tree, top);
	if (r == -EINVAL)
		return replace_with_gap(w, tree, id);
	if (r < 0)
		return failed(w, "attaching the new mount beneath the old one", r);
	return replace_beneath(w, tree, id);
}

/* ---- in place ---- */

static bool is_planned(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i] == kind)
			return true;
	}
	return false;
}

/* A mount held open for writing cannot be made read-only, but it can be replaced. */
static int do_set_read_only(struct work *w)
{
	scoped_fd int top = open_top(w);
	int r = top < 0 ? top
			: sys_set_flags(top, (struct flags){.set = FLAG_RDONLY},
					w->want->recursive);

	if (r == -EBUSY && !w->plan->refusal)
		return is_planned(w->plan, STEP_REPLACE) ? 0 : do_replace(w);
	return r < 0 ? failed(w, "making it read-only", r) : note(w, STEP_SET_READ_ONLY);
}

static int do_set_options(struct work *w)
{
	scoped_fd int top = open_top(w);
	int r = top < 0 ? top : sys_set_flags(top, w->want->options, w->want->recursive);

	return r < 0 ? failed(w, "setting its options", r) : note(w, STEP_SET_OPTIONS);
}

static int do_set_private(struct work *w)
{
	scoped_fd int top = open_top(w);
	int r = top < 0 ? top : sys_set_private(top, w->want->recursive);

	return r < 0 ? failed(w, "making it private", r) : note(w, STEP_SET_PRIVATE);
}

static int do_create_target(struct work *w)
{
	bool directory = place_is_directory(&w->have->source);
	int r = sys_make_place(w->want->target, directory, &w->made);

	if (r == -EROFS)
		return fail_set(w->f, FAIL_TARGET_MISSING, EROFS, AT_KEY(AT_ROOT, "target"),
				"'%s' does not exist, and what it lies on is read-only; "
				"create it in "
				"the source of the bind above it",
				w->want->target);
	return r < 0 ? failed(w, "creating it", r) : note(w, STEP_CREATE_TARGET);
}

/* clang-format off */
static int (*const actions[STEP_COUNT_])(struct work *w) = {
	[STEP_CREATE_TARGET] = do_create_target,
	[STEP_PEEL]          = do_peel,
	[STEP_SET_READ_ONLY] = do_set_read_only,
	[STEP_SET_OPTIONS]   = do_set_options,
	[STEP_SET_PRIVATE]   = do_set_private,
	[STEP_ATTACH]        = do_attach,
	[STEP_REPLACE]       = do_replace,
	[STEP_DETACH]        = do_detach,
};
/* clang-format on */

int apply_plan(const struct hands *hands, const struct want *want, const struct have *have,
	       const struct plan *plan, struct deeds *deeds, struct fail *f)
{
	struct work w = {.hands = hands,
			 .want = want,
			 .have = have,
			 .plan = plan,
			 .deeds = deeds,
			 .f = f};

	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->refusal && plan->steps[i] != STEP_SET_READ_ONLY)
			continue;
		if (actions[plan->steps[i]](&w) < 0)
			return -1;
	}
	return 0;
}
