#include "run/show.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/line.h"
#include "kernel/mount_query.h"
#include "observe/mount_cache.h"
#include "observe/observe.h"

/* Look at the target as at a bind of nobody knows what. */
static int look(const struct view *view, const struct want *want,
		struct target_state *state, struct mount *top, struct error *err)
{
	struct have have = HAVE_INIT;
	struct plan plan = {0};
	int r = observe(view, want, false, &have, err);

	if (r == 0)
		r = plan_make(want, NULL, &have, true, &plan, err);
	if (r == 0) {
		*state = plan.before;
		/* A mount that went away just now leaves the texts out. */
		if (have.n_layers > 0)
			(void)!sys_mount(have.layers[0].mount.id, true, top);
	}
	plan_done(&plan);
	have_done(&have);
	return r;
}

int show_target(struct reply *reply, const struct fstab_snapshot *snapshot, size_t i,
		const char *target, struct error *err)
{
	struct path_fault fault = {0};
	scoped_mem char *path = path_normalise(target, strlen(target), &fault);
	struct want want = {.target = path, .state = STATE_UNMOUNTED, .outer = WANT_NONE};
	struct request req = {.check_mode = true};
	struct mounts mounts;
	const struct view view = {&mounts, &req, snapshot};
	const struct fstab_entry *bind = NULL;
	struct target_state state = {0};
	struct mount top = {0};
	struct error why = {0};
	int r = 0;

	if (!path && !fault.must)
		return error_no_memory(err);
	mounts_init(&mounts, false);
	if (!path)
		r = error_set(&why, ERROR_USAGE, 0, PTR_ROOT, "'%s' %s", target,
			      fault.must);
	else
		r = look(&view, &want, &state, &top, &why);
	if (path)
		bind = snapshot_find(snapshot, path).bind;
	r = reply_add_target_state(reply, i, path ? path : target, &state,
				   top.text ? &top : NULL, bind, r < 0 ? &why : NULL);
	mount_done(&top);
	mounts_done(&mounts);
	return r < 0 ? error_no_memory(err) : 0;
}

static bool is_bind(const struct fstab_entry *entry, const void *arg)
{
	(void)arg;
	return line_look(entry).is_bind;
}

int show_listed(struct reply *reply, const struct fstab_snapshot *snapshot,
		struct error *err)
{
	size_t n = 0;

	if (!snapshot->is_read) {
		*err = snapshot->unread;
		return -1;
	}
	for (size_t i = 0; i < snapshot->fstab.n_entries; i++) {
		const struct fstab_entry *entry = &snapshot->fstab.entries[i];

		if (!line_is_first(&snapshot->fstab, i, is_bind, NULL))
			continue;
		if (reply_extend(reply, n + 1) < 0)
			return error_no_memory(err);
		if (show_target(reply, snapshot, n++, entry->place, err) < 0)
			return -1;
	}
	return 0;
}
