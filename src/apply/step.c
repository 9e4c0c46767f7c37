/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/step.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "kernel/failure.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_id.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"

int step_note(struct step_context *w, enum step_kind kind)
{
	step_list_put(&w->done->steps, kind);
	return 0;
}

/* What asked for the change that another user namespace does not allow. */
static const char *member_of_inherited(enum failed_call call)
{
	return call == CALL_CLONE ? "source" : call == CALL_DETACH ? "target" : "options";
}

static int fail(struct step_context *w, enum failed_call call, int r, unsigned known)
{
	bool is_of_source = call == CALL_CLONE || call == CALL_SET_COPY;
	const char *member = known & FACT_INHERITED ? member_of_inherited(call)
			     : is_of_source         ? "source"
						    : "target";
	const struct failure failure = {
		.call = call,
		.number = -r,
		.path = is_of_source ? w->want->source : w->want->target,
		.at = PTR_KEY(PTR_ROOT, member),
		.known = known,
		.obstacle = path_last_obstacle(),
	};

	return failure_set(w->err, &failure);
}

int step_failed(struct step_context *w, enum failed_call call, int r)
{
	return fail(w, call, r, 0);
}

int step_create_failed(struct step_context *w, bool is_as_asked, int r)
{
	return fail(w, CALL_CREATE, r, is_as_asked ? FACT_AS_ASKED : 0);
}

int step_inherited(struct step_context *w, enum failed_call call, int r)
{
	return fail(w, call, r, FACT_INHERITED);
}

int step_detach_failed(struct step_context *w, int r)
{
	scoped_fd int still = r == -EINVAL ? step_open_top(w) : -1;

	return still < 0 ? step_failed(w, CALL_DETACH, r == -EINVAL ? -ESTALE : r)
			 : step_inherited(w, CALL_DETACH, r);
}

int step_flags_failed(struct step_context *w, enum failed_call call, int r)
{
	bool clears = ((w->want->options.clear | w->plan->new_flags.clear) &
		       MOUNT_FLAG_CARRIED) != 0;

	/* To set a flag is never refused so. */
	return r == -EPERM && clears ? step_inherited(w, call, r) : step_failed(w, call, r);
}

int step_still_showing(const char *path, uint64_t id, int r)
{
	scoped_fd int still = r == -EINVAL ? step_open_showing(path, id) : -1;

	return r == -EINVAL && still < 0 ? still : r;
}

int step_set_failed(struct step_context *w, enum failed_call call, uint64_t id, int r)
{
	r = step_still_showing(w->want->target, id, r);
	return call == CALL_SET_OPTIONS ? step_flags_failed(w, call, r)
					: step_failed(w, call, r);
}

int step_open_showing(const char *path, uint64_t id)
{
	scoped_fd int fd = sys_open(path);
	uint64_t now = 0;
	int r = fd < 0 ? fd : sys_mount_id(fd, &now);

	if (r < 0)
		return r;
	if (now != id)
		return -ESTALE;
	return steal_fd(&fd);
}

uint64_t step_top(const struct step_context *w)
{
	return w->have->layers[w->layer].mount.id;
}

int step_open_top(const struct step_context *w)
{
	return step_open_showing(w->want->target, step_top(w));
}

bool step_has_free_place(const struct step_context *w)
{
	const struct have *have = w->have;

	return pinned_path_is_there(&have->target) && have->n_layers == 0 &&
	       !have->is_uncovered && sys_copies_are_detached() && sys_ids_are_unique();
}

/*
 * What is mounted below it goes with it; where those are copies of mounts below the source,
 * they share events with the originals, which must not go too.
 */
int step_detach(struct step_context *w, int top)
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

int step_detach_top(struct step_context *w)
{
	scoped_fd int top = step_open_top(w);

	return top < 0 ? top : step_detach(w, top);
}

bool step_protect_top(const struct step_context *w)
{
	const struct layer *old = &w->have->layers[w->layer];
	scoped_fd int top = old->kind == LAYER_OTHER ? -1 : step_open_top(w);

	return top >= 0 &&
	       sys_set_flags(top, (struct flag_change){.set = MOUNT_FLAG_RDONLY},
			     w->want->recursive) == 0 &&
	       !mount_is_read_only(&old->mount) &&
	       !step_list_has(&w->done->steps, STEP_SET_READ_ONLY);
}
