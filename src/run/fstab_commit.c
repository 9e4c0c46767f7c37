/*
 *   lock | read | plan anew, edit | copy | write | unlock | tell systemd
 *
 * What is written goes by what fstab says under the lock, not by what it said when the run
 * began. When somebody changes it all the same, it is read once more.
 */
#include "run/fstab_commit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "fstab/file_error.h"
#include "kernel/host.h"
#include "plan/fstab_plan.h"

/* A file that changes while we hold its lock is edited by hand, or by a tool that takes
 * none.
 */
#define TRIES_MAX 5u

struct keeping {
	const struct fstab_changes *changes;
	const struct request *req;
	const struct fstab_snapshot *snapshot;
	struct reply *reply;
	struct fstab_file file;
	struct fstab fstab;
	struct fstab_edits edits;
	struct strbuf before; /* the lines concerned, for the reply's diff */
	struct strbuf after;
};

void fstab_changes_done(struct fstab_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		want_paths_done(&changes->items[i].want);
	free(changes->items);
	*changes = (struct fstab_changes){0};
}

int fstab_changes_add(struct fstab_changes *changes, size_t i, const struct outcome *out)
{
	struct fstab_change change = {
		.bind = i,
		.want = *out->real,
		.source_attr = out->source_attr,
		.changed_live = out->done.steps.count > 0,
	};

	if (want_copy_paths(&change.want, out->real) < 0 ||
	    ARRAY_RESERVE(changes->items, changes->count, 1) < 0) {
		want_paths_done(&change.want);
		return -1;
	}
	changes->items[changes->count++] = change;
	return 0;
}

/* What is written goes by what fstab says now. 0, -1: no memory, 1: *err says why not. */
static int edit_one(struct keeping *k, const struct fstab_change *change, struct error *err)
{
	struct line_plan plan = {0};
	int r = line_plan_make(&change->want, change->source_attr, &k->fstab, &plan);

	if (r == 0 && plan.conflict != FSTAB_NONE &&
	    want_of_fstab(&change->want) == DECIDES_THERE) {
		error_set(err, ERROR_FSTAB_CONFLICT, 0, PTR_KEY(PTR_ROOT, "target"),
			  "'%s' got a line for '%s' that is no bind while robind was at "
			  "work; "
			  "remove it, then run robind",
			  k->snapshot->path, change->want.target);
		r = 1;
	}
	if (r == 0)
		r = line_plan_note(&plan, &k->edits);
	if (r == 0 && plan.action != LINE_ACTION_LEAVE) {
		line_plan_show_old(&plan, &k->fstab, &k->before);
		line_plan_show_new(&plan, &k->fstab, &k->after);
	}
	line_plan_done(&plan);
	return r;
}

static int edit_all(struct keeping *k)
{
	scoped_mem struct error *err = malloc(sizeof(*err));
	int r = err ? 0 : -1;

	k->edits = (struct fstab_edits){.fstab = &k->fstab};
	for (size_t i = 0; r >= 0 && i < k->changes->count; i++) {
		const struct fstab_change *change = &k->changes->items[i];

		r = edit_one(k, change, err);
		if (r > 0 && reply_take_back(k->reply, k->req, change->bind,
					     change->changed_live, err) < 0)
			r = -1;
	}
	return r < 0 ? -1 : 0;
}

static void forget(struct keeping *k)
{
	fstab_edits_done(&k->edits);
	fstab_done(&k->fstab);
	fstab_file_done(&k->file);
	strbuf_done(&k->before);
	strbuf_done(&k->after);
}

static bool is_same(const struct keeping *k, const char *text, size_t size)
{
	return size == k->file.size && memcmp(text, k->file.text, size) == 0;
}

/* One try: read, edit, write. 0, or -errno with the fault; -ENOMEM is of our own. */
static int try_once(struct keeping *k, struct fstab_file_error *fault)
{
	scoped_mem char *text = NULL;
	scoped_mem char *backup = NULL;
	size_t size = 0;
	int r = fstab_file_read(k->snapshot->path, &k->file, fault);

	if (r < 0)
		return r;
	if (fstab_parse(k->file.text, k->file.size, &k->fstab) < 0 || edit_all(k) < 0 ||
	    fstab_edited(&k->edits, &text, &size) < 0)
		return -ENOMEM;
	if (is_same(k, text, size))
		return 0;
	if (k->req->backup) {
		r = fstab_file_backup(&k->file, &backup, fault);
		if (r < 0)
			return r;
	}
	r = fstab_file_write(&k->file, text, size, fault);
	if (r < 0 && fault->step != FSTAB_FILE_SYNC) {
		if (backup)
			fstab_file_drop_backup(backup);
		return r;
	}
	if (reply_set_backup(k->reply, backup) < 0)
		return -ENOMEM;
	return r < 0 ? r : 1;
}

/*
 * No change was written; or, where the new file `is_there`, none for sure. 0, or -1 when
 * there is no memory.
 */
static int fail_all(const struct keeping *k, bool is_there, const struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->changes->count; i++) {
		const struct fstab_change *change = &k->changes->items[i];

		r = is_there ? reply_spoil(k->reply, k->req, change->bind, err)
			     : reply_take_back(k->reply, k->req, change->bind,
					       change->changed_live, err);
	}
	return r;
}

static int tell_diff(struct keeping *k)
{
	const char *before = strbuf_text(&k->before);
	const char *after = strbuf_text(&k->after);

	if (!k->req->diff)
		return 0;
	if (!before || !after)
		return -1;
	return reply_add_fstab_diff(k->reply, k->snapshot->path, before, after);
}

/* Tell what would be written: by what was read at the start, and judged by then. */
static int predict(struct keeping *k)
{
	const struct fstab_file *file = &k->snapshot->file;
	int r = fstab_parse(file->text, file->size, &k->fstab);

	if (r == 0)
		r = edit_all(k);
	if (r == 0)
		r = tell_diff(k);
	forget(k);
	return r;
}

static int write_all(struct keeping *k, double deadline, struct error *err)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	scoped_mem struct fstab_file_error *fault = calloc(1, sizeof(*fault));
	int r = fault ? fstab_lock(k->snapshot->path, deadline, &lock, fault) : -ENOMEM;

	for (unsigned n = 0; r >= 0 && n < TRIES_MAX; n++) {
		forget(k);
		r = try_once(k, fault);
		if (r != -ESTALE)
			break;
		r = n + 1 < TRIES_MAX ? 0 : r;
	}
	fstab_unlock(&lock);
	if (r == -ENOMEM)
		return -1;
	if (r < 0) {
		fstab_file_error_set(err, fault, k->snapshot->path, r);
		return fail_all(k, fault->step == FSTAB_FILE_SYNC, err);
	}
	return tell_diff(k) < 0 ? -1 : r;
}

static bool is_of_host(const struct fstab_snapshot *snapshot)
{
	return strcmp(snapshot->path, FSTAB_PATH) == 0 && sys_has_systemd();
}

int fstab_commit(const struct fstab_changes *changes, const struct request *req,
		 const struct fstab_snapshot *snapshot, double deadline,
		 struct reply *reply)
{
	struct keeping k = {
		.changes = changes,
		.req = req,
		.snapshot = snapshot,
		.reply = reply,
	};
	struct error err = {0};
	int r = 0;

	if (changes->count == 0)
		return 0;
	if (req->check_mode)
		return req->diff ? predict(&k) : 0;
	r = write_all(&k, deadline, &err);
	forget(&k);
	if (r > 0 && !req->no_reload && is_of_host(snapshot))
		return reply_set_reload(reply, sys_daemon_reload(deadline));
	return r < 0 ? -1 : 0;
}
