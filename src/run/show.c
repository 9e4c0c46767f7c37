/* SPDX-License-Identifier: Apache-2.0 */
#include "run/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/line.h"
#include "fstab/source_mount.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "observe/mount_cache.h"
#include "observe/observe.h"
#include "observe/resolve_paths.h"
#include "plan/planner.h"

/* Observe the target without a source to compare with. */
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
		if (have.n_layers > 0 &&
		    sys_mount(have.layers[0].mount.id, true, top) == -ENOMEM)
			r = error_no_memory(err);
	}
	plan_done(&plan);
	have_done(&have);
	return r;
}

/* Room for one more, which the reply owns; NULL when there is no memory. */
static struct shown *add(struct reply *reply)
{
	if (ARRAY_RESERVE(reply->shown, reply->n_shown, 1) < 0)
		return NULL;
	reply->shown[reply->n_shown] = (struct shown){0};
	return &reply->shown[reply->n_shown++];
}

/* Symlinks are followed: who only looks is told the real path, and what is there. */
static int look_through(const struct view *view, struct shown *shown, struct error *err)
{
	struct want want = {.target = shown->target,
			    .state = STATE_UNMOUNTED,
			    .outer = WANT_NONE};
	int r = look(view, &want, &shown->state, &shown->top, err);

	if (r < 0 && err->kind == ERROR_SYMLINK)
		r = resolve_target(shown->target, &shown->resolved, err);
	if (r < 0 || !shown->resolved)
		return r;
	want.target = shown->resolved;
	return look(view, &want, &shown->state, &shown->top, err);
}

static int look_at(const struct view *view, struct shown *shown)
{
	struct error err = {0};
	int r = look_through(view, shown, &err);

	shown->line = snapshot_find(view->snapshot,
				    shown->resolved ? shown->resolved : shown->target)
			      .bind;
	if (r < 0)
		shown->error = error_keep(&err);
	if (shown->line && source_mount_of_line(shown->line, &shown->kept) < 0)
		return -1;
	return r < 0 && err.kind == ERROR_MEMORY ? -1 : 0;
}

static int show_target(struct reply *reply, const struct view *view, const char *target,
		       struct error *err)
{
	struct path_fault fault = {0};
	scoped_mem char *path = path_normalise(target, strlen(target), &fault);
	struct shown *shown = add(reply);
	struct error why = {0};

	if (!shown || (!path && !fault.must))
		return error_no_memory(err);
	shown->target = path ? STEAL(path) : strdup(target);
	if (!shown->target)
		return error_no_memory(err);
	if (fault.must) {
		error_set(&why, ERROR_USAGE, 0, PTR_ROOT, "'%s' %s", target, fault.must);
		shown->error = error_keep(&why);
		return 0;
	}
	return look_at(view, shown) < 0 ? error_no_memory(err) : 0;
}

int show_targets(struct reply *reply, const struct fstab_snapshot *snapshot,
		 const char *const targets[], size_t n, struct error *err)
{
	struct request req = {.check_mode = true};
	struct mounts mounts;
	const struct view view = {.mounts = &mounts, .req = &req, .snapshot = snapshot};
	int r = 0;

	if (!snapshot->is_read)
		r = reply_note_unread(reply, &snapshot->unread, err);
	mounts_init(&mounts, n >= MOUNTS_MANY);
	sys_keep_view(true);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = show_target(reply, &view, targets[i], err);
	sys_keep_view(false);
	mounts_done(&mounts);
	return r;
}

static bool is_bind(const struct fstab_entry *entry, const void *arg)
{
	(void)arg;
	return line_look(entry).is_bind;
}

/* The targets of the first lines for each place, which the lines own; or NULL. */
static const char **listed(const struct fstab *fstab, size_t *ret_n)
{
	scoped_mem bool *firsts = line_firsts(fstab, is_bind, NULL);
	const char **targets = calloc(fstab->n_entries + 1, sizeof(*targets));

	*ret_n = 0;
	if (!firsts || !targets) {
		free(targets);
		return NULL;
	}
	for (size_t i = 0; i < fstab->n_entries; i++) {
		if (firsts[i])
			targets[(*ret_n)++] = fstab->entries[i].place;
	}
	return targets;
}

int show_listed(struct reply *reply, const struct fstab_snapshot *snapshot,
		struct error *err)
{
	scoped_mem const char **targets = NULL;
	size_t n = 0;

	if (!snapshot->is_read) {
		*err = snapshot->unread;
		return -1;
	}
	targets = listed(&snapshot->fstab, &n);
	return targets ? show_targets(reply, snapshot, targets, n, err)
		       : error_no_memory(err);
}

/* ---- what needs the helper ---- */

/* What is told of the line is told of this one, and not of the first for its target. */
static int name_line(struct shown *shown, const struct fstab_entry *line)
{
	if (shown->line == line)
		return 0;
	free(shown->kept.path);
	shown->kept = (struct source_mount){0};
	shown->line = line;
	return source_mount_of_line(line, &shown->kept);
}

int show_helper_lines(struct reply *reply, const struct fstab_snapshot *snapshot,
		      struct error *err)
{
	const struct fstab *fstab = &snapshot->fstab;
	scoped_mem const char **targets = NULL;
	scoped_mem size_t *lines = NULL;
	size_t n = 0;
	int r = 0;

	if (!snapshot->is_read) {
		*err = snapshot->unread;
		return -1;
	}
	targets = calloc(fstab->n_entries + 1, sizeof(*targets));
	lines = calloc(fstab->n_entries + 1, sizeof(*lines));
	if (!targets || !lines)
		return error_no_memory(err);
	for (size_t i = 0; i < fstab->n_entries; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];

		if (line_look(entry).type != FSTAB_TYPE_ROBIND)
			continue;
		targets[n] = entry->place ? entry->place : entry->target;
		lines[n++] = i;
	}
	r = show_targets(reply, snapshot, targets, n, err);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (name_line(&reply->shown[i], &fstab->entries[lines[i]]) < 0)
			r = error_no_memory(err);
	}
	return r;
}
