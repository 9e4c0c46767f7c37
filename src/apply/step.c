#include "apply/step.h"

#include <errno.h>
#include <stdlib.h>

#include "apply/step_error.h"
#include "base/cleanup.h"
#include "kernel/kernel.h"

int work_note(struct work *w, enum step_kind kind)
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

int work_failed(struct work *w, const char *doing, int r)
{
	return apply_fail(w->f, w->want->target, doing, -r);
}

int work_detach_failed(struct work *w, const char *doing, int r)
{
	const struct locked locked = {"target", w->want->target, doing, "it was", ""};
	scoped_fd int still = r == -EINVAL ? work_open_top(w) : -1;

	return still < 0 ? work_failed(w, doing, r == -EINVAL ? -ESTALE : r)
			 : apply_fail_locked(w->f, &locked, -r);
}

int work_flags_failed(struct work *w, const char *path, const char *doing, int r)
{
	const struct locked locked = {"options", path, doing, "a flag of the mount was",
				      "ask for less in \"options\", or "};

	bool clears = ((w->want->options.clear | w->plan->carry.clear) & FLAG_CARRIED) != 0;

	/* To set a flag is never refused so. */
	return r == -EPERM && clears ? apply_fail_locked(w->f, &locked, -r)
				     : work_failed(w, doing, r);
}

/* Open the target; it must show the mount with this id. Returns a descriptor or -errno. */
int work_open_showing(const struct want *want, uint64_t id)
{
	scoped_fd int fd = sys_open(want->target);
	uint64_t now = 0;
	int r = fd < 0 ? fd : sys_mount_id(fd, &now);

	if (r < 0)
		return r;
	if (now != id)
		return -ESTALE;
	return steal_fd(&fd);
}

int work_open_top(const struct work *w)
{
	return work_open_showing(w->want, w->have->layers[w->layer].mount.id);
}

/*
 * What is mounted below it goes with it; where those are copies of mounts below the source,
 * they share events with the originals, which must not go too.
 */
int work_detach(struct work *w, int top)
{
	int r = 0;

	if (w->plan->clear_below && w->layer == 0)
		r = sys_set_private(top, true);
	if (r == 0)
		r = sys_detach(top, w->want->target);
	if (r == 0)
		w->layer++;
	return r;
}

int work_detach_top(struct work *w)
{
	scoped_fd int top = work_open_top(w);

	return top < 0 ? top : work_detach(w, top);
}

static bool is_noted(const struct work *w, enum step_kind kind)
{
	for (size_t i = 0; i < w->deeds->n_steps; i++) {
		if (w->deeds->steps[i] == kind)
			return true;
	}
	return false;
}

bool work_protect_top(const struct work *w)
{
	const struct layer *old = &w->have->layers[w->layer];
	scoped_fd int top = old->kind == LAYER_OTHER ? -1 : work_open_top(w);

	return top >= 0 &&
	       sys_set_flags(top, (struct flags){.set = FLAG_RDONLY}, w->want->recursive) ==
		       0 &&
	       !mount_is_read_only(&old->mount) && !is_noted(w, STEP_SET_READ_ONLY);
}
