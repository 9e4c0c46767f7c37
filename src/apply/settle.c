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
#include "kernel/path_glance.h"
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
	uint64_t magic;     /* of its file system, or 0 */
};

static void sight_done(struct sight *sight)
{
	pinned_path_done(&sight->source);
	pinned_path_done(&sight->target);
}

/* It has to show the new mount, by its whole path. 0 or -errno. */
static int open_target(const char *path, uint64_t id, struct pinned_path *ret)
{
	int r = sys_open(path);

	ret->fd = r;
	if (r >= 0)
		r = sys_stat_walked(ret->fd, &ret->file_id);
	return r == 0 && ret->file_id.mount != id ? -ESTALE : r;
}

/* The same, by its last name where it was judged so. */
static int see_target(const struct step_context *w, uint64_t id, struct pinned_path *ret)
{
	const char *path = w->want->target;

	if (w->have->target.fd != PINNED_BY_NAME || sys_glance(path, &ret->file_id) != 0)
		return open_target(path, id, ret);
	ret->fd = PINNED_BY_NAME;
	return ret->file_id.mount == id ? 0 : -ESTALE;
}

/* The target has to show the new mount, on what was judged. 0 or -errno. */
static int look_at_target(const struct step_context *w, uint64_t id, enum step_kind kind,
			  struct sight *sight)
{
	int r = see_target(w, id, &sight->target);

	if (r < 0 || !sys_ids_are_unique() || sys_mount(id, false, &sight->mount) < 0)
		return r;
	sight->magic = sight->mount.magic;
	return kind == STEP_ATTACH && step_has_free_place(w) &&
			       sight->mount.parent != w->have->target.file_id.mount
		       ? -ESTALE
		       : 0;
}

/* Below a shared mount it has become shared anew, with what was carried over. */
static int make_private(const struct step_context *w, int tree, struct sight *sight)
{
	bool is_tree = w->want->recursive || w->have->below.count > 0;

	if (w->want->read_only_alone ||
	    (!is_tree && sight->mount.id != 0 && mount_is_private(&sight->mount)))
		return 0;
	sight->mount = (struct mount){0}; /* is another by then */
	return sys_set_private(tree, is_tree);
}

/* What was seen here need not be looked at again at once. */
static void hand_over(const struct step_context *w, struct sight *sight)
{
	if (!pinned_path_is_there(&sight->source) || sight->target.file_id.failure ||
	    sight->magic == 0 || sight->magic == AUTOFS_SUPER_MAGIC)
		return;
	seen_put(w->context->seen, w->want, &sight->source, &sight->target, &sight->mount);
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
		return step_set_failed(w, CALL_SET_PRIVATE, id, r);
	hand_over(w, sight);
	return 0;
}

/* What the target shows is the source, by its whole path too. 0 or -errno. */
static int compare_source(const char *path, const struct file_id *shown)
{
	scoped_fd int fd = sys_open(path);
	struct file_id now = {0};
	int r = fd < 0 ? fd : sys_stat_walked(fd, &now);

	return r == 0 && (now.dev != shown->dev || now.ino != shown->ino) ? -ESTALE : r;
}

int settle_again(const struct want *want, int tree, uint64_t id, struct done_steps *done,
		 struct error *err)
{
	const struct have alone = HAVE_INIT; /* it was attached with nothing in it */
	struct step_context w = {.want = want, .have = &alone, .done = done, .err = err};
	struct pinned_path target = {.fd = -1};
	int r = open_target(want->target, id, &target);

	if (r >= 0)
		r = compare_source(want->source, &target.file_id);
	pinned_path_done(&target);
	if (r >= 0)
		return 1;
	if (!take_back(&w, tree, id, r))
		return step_failed(&w, CALL_OPEN_AGAIN, r);
	done->steps.count--; /* that was all that was done */
	return 0;
}

int settle_new_mount(struct step_context *w, int tree, uint64_t id, enum step_kind kind)
{
	struct sight sight = {.source = {.fd = -1}, .target = {.fd = -1}};
	int r = settle(w, tree, id, kind, &sight);

	sight_done(&sight);
	return r;
}
