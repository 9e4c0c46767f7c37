#include "apply.h"

#include <errno.h>
#include <stdlib.h>

#include "scoped.h"
#include "sys.h"
#include "work.h"

void deeds_done(struct deeds *deeds)
{
	free(deeds->steps);
	*deeds = (struct deeds){0};
}

static int do_detach(struct work *w)
{
	int r = work_detach_top(w);

	return r < 0 ? work_failed(w, "detaching the old mount", r)
		     : work_note(w, STEP_DETACH);
}

static int do_peel(struct work *w)
{
	int r = work_detach_top(w);

	return r < 0 ? work_failed(w, "detaching the upper mount", r)
		     : work_note(w, STEP_PEEL);
}

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
	scoped_fd int top = work_open_top(w);
	int r = top < 0 ? top
			: sys_set_flags(top, (struct flags){.set = FLAG_RDONLY},
					w->want->recursive);

	if (r == -EBUSY && !w->plan->refusal)
		return is_planned(w->plan, STEP_REPLACE) ? 0 : work_replace(w);
	return r < 0 ? work_failed(w, "making it read-only", r)
		     : work_note(w, STEP_SET_READ_ONLY);
}

static int do_set_options(struct work *w)
{
	scoped_fd int top = work_open_top(w);
	int r = top < 0 ? top : sys_set_flags(top, w->want->options, w->want->recursive);

	return r < 0 ? work_failed(w, "setting its options", r)
		     : work_note(w, STEP_SET_OPTIONS);
}

static int do_set_private(struct work *w)
{
	scoped_fd int top = work_open_top(w);
	int r = top < 0 ? top : sys_set_private(top, w->want->recursive);

	return r < 0 ? work_failed(w, "making it private", r)
		     : work_note(w, STEP_SET_PRIVATE);
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
	return r < 0 ? work_failed(w, "creating it", r) : work_note(w, STEP_CREATE_TARGET);
}

/* clang-format off */
static int (*const actions[STEP_COUNT_])(struct work *w) = {
	[STEP_CREATE_TARGET] = do_create_target,
	[STEP_PEEL]          = do_peel,
	[STEP_SET_READ_ONLY] = do_set_read_only,
	[STEP_SET_OPTIONS]   = do_set_options,
	[STEP_SET_PRIVATE]   = do_set_private,
	[STEP_ATTACH]        = work_attach,
	[STEP_REPLACE]       = work_replace,
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
