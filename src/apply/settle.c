/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes after attaching: a look at where the new mount is, and at the source; private
 * where it has become shared; or back off again, where it came to another place.
 */
#include "apply/settle.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>

#include "apply/carry_submounts.h"
#include "apply/covered_source.h"
#include "base/cleanup.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* Take back a mount that was attached, with the mounts that it came with; unless something
 * else was mounted on it meanwhile. */
static bool take_back(const struct step_context *w, int tree, uint64_t id, int number)
{
	size_t own = w->carried + (w->want->recursive ? w->have->source_below.count : 0);
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;

	/* That it could not be looked at is no reason: it is read-only, wherever it is. */
	if (number == -EMFILE || number == -ENFILE || number == -ENOMEM)
		return false;
	return sys_mounts_below(id, &ids, &n) == 0 && n <= own &&
	       sys_detach(tree, w->want->target) == 0;
}

/* What is seen of a new mount once it is attached. */
struct sight {
	struct pinned_path source;
	struct pinned_path target;
	struct mount mount; /* without an id where it was not asked for */
};

static void sight_done(struct sight *sight)
{
	pinned_path_done(&sight->source);
	pinned_path_done(&sight->target);
}

/* The target has to show the new mount, on what was judged. 0 or -errno. */
static int look_at_target(const struct step_context *w, uint64_t id, enum step_kind kind,
			  struct sight *sight)
{
	struct pinned_path *target = &sight->target;
	int r = sys_open(w->want->target);

	target->fd = r;
	if (r >= 0)
		r = sys_stat_walked(target->fd, &target->file_id);
	if (r == 0 && target->file_id.mount != id)
		r = -ESTALE;
	if (r < 0 || !sys_ids_are_unique() || sys_mount(id, false, &sight->mount) < 0)
		return r;
	return kind == STEP_ATTACH && step_has_free_place(w) &&
			       sight->mount.parent != w->have->target.file_id.mount
		       ? -ESTALE
		       : 0;
}

/* Below a shared mount it has become shared anew, with what was carried over. */
static int make_private(const struct step_context *w, int tree, const struct sight *sight)
{
	bool is_tree = w->want->recursive || w->have->below.count > 0;

	if (w->want->read_only_alone ||
	    (!is_tree && sight->mount.id != 0 && mount_is_private(&sight->mount)))
		return 0;
	return sys_set_private(tree, is_tree);
}

/* What was seen here need not be looked at again at once. */
static void hand_over(const struct step_context *w, struct sight *sight)
{
	if (sight->source.fd < 0 || sight->target.file_id.failure || sight->mount.id == 0 ||
	    sight->mount.magic == AUTOFS_SUPER_MAGIC)
		return;
	seen_put(w->context->seen, w->want, &sight->source, &sight->target);
}

static int settle(struct step_context *w, int tree, uint64_t id, enum step_kind kind,
		  struct sight *sight)
{
	int seen = look_at_target(w, id, kind, sight);
	bool covers = seen == 0 && source_is_covered(w, id, &sight->source);
	int r = 0;

	if (seen < 0 || covers) {
		bool is_back = take_back(w, tree, id, seen);

		if (!is_back || kind != STEP_ATTACH)
			(void)step_note(w, kind);
		return covers ? source_covered_error(w, is_back)
			      : step_failed(w, CALL_OPEN_AGAIN, seen);
	}
	(void)step_note(w, kind);
	r = clear_given_places(w);
	if (r < 0)
		return step_failed(w, CALL_CLEAR, r);
	r = make_private(w, tree, sight);
	if (r < 0)
		return step_failed(w, CALL_SET_PRIVATE, r);
	hand_over(w, sight);
	return 0;
}

int settle_new_mount(struct step_context *w, int tree, uint64_t id, enum step_kind kind)
{
	struct sight sight = {.source = {.fd = -1}, .target = {.fd = -1}};
	int r = settle(w, tree, id, kind, &sight);

	sight_done(&sight);
	return r;
}
