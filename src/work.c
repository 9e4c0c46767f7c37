#include "work.h"

#include <errno.h>
#include <stdlib.h>

#include "apply_fail.h"
#include "scoped.h"
#include "sys.h"

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

/* Open the target; it must show the mount with this id. Returns a descriptor or -errno. */
int work_open_showing(const struct want *want, uint64_t id)
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

int work_open_top(const struct work *w)
{
	return work_open_showing(w->want, w->have->layers[w->layer].mount.id);
}

/*
 * Detach the top mount. What is mounted below it goes with it; where those are copies of
 * mounts below the source, they share events with the originals, which must not go too.
 */
int work_detach_top(struct work *w)
{
	scoped_fd int top = work_open_top(w);
	int r = top < 0 ? top : 0;

	if (r == 0 && w->plan->clear_below && w->layer == 0)
		r = sys_set_private(top, true);
	if (r == 0)
		r = sys_detach(top);
	if (r == 0)
		w->layer++;
	return r;
}
