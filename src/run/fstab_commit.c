/* SPDX-License-Identifier: Apache-2.0 */
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

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "fstab/file_error.h"
#include "fstab/places.h"
#include "kernel/host.h"
#include "plan/fstab_plan.h"

/* Who changes a file while its lock is held edits it by hand, or takes no lock. */
#define TRIES_MAX 5u

struct commit {
	struct reply *reply;
	const size_t *order; /* of its outcomes */
	const struct request *req;
	const struct fstab_snapshot *snapshot;
	struct fstab_file file;
	struct fstab fstab;
	struct fstab_edits edits;
	struct strbuf before; /* the lines concerned, for the reply's diff */
	struct strbuf after;
	struct fstab_file_error fault;
};

/* What became of the file. */
enum written { UNCHANGED, WRITTEN, CHANGED_MEANWHILE };

/* ---- the edits ---- */

/* The live mount is as asked, so that its line may follow. */
static bool is_due(const struct outcome *out)
{
	return (out->status == STATUS_OK || out->status == STATUS_CHANGED) &&
	       out->line_due != LINE_ACTION_LEAVE;
}

static bool is_any_due(const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		if (is_due(&reply->outcomes[i]))
			return true;
	}
	return false;
}

static void fail_conflict(const struct commit *c, struct outcome *out)
{
	struct error err = {0};

	error_set(
		&err, ERROR_FSTAB_CONFLICT, 0, PTR_KEY(PTR_ROOT, "target"),
		"'%s' got a line for '%s' that is no bind while robind was at work; remove "
		"it, then run robind",
		c->snapshot->path, out->want->target);
	outcome_fail(out, &err);
}

/* What is written goes by what fstab says now. 0, or -1 when there is no memory. */
static int edit_one(struct commit *c, struct outcome *out)
{
	const struct want *want = out->want;
	struct line_plan plan = {0};
	int r = line_plan_make(want, out->source_attr, &c->fstab, &plan);

	out->line = LINE_ACTION_LEAVE;
	if (r == 0 && plan.conflict != FSTAB_NONE && want_of_fstab(want) == DECIDES_THERE) {
		fail_conflict(c, out);
	} else if (r == 0) {
		r = line_plan_note(&plan, &c->edits);
		out->line = plan.action;
		if (c->req->diff && plan.action != LINE_ACTION_LEAVE) {
			line_plan_show_old(&plan, &c->fstab, &c->before);
			line_plan_show_new(&plan, &c->fstab, &c->after);
		}
	}
	line_plan_done(&plan);
	return r;
}

/* Make all edits of a file's text, which is borrowed. 0, or -1 when there is no memory. */
static int edit_all(struct commit *c, const struct fstab_file *file)
{
	int r = fstab_parse(file->text, file->size, &c->fstab);

	if (r == 0)
		r = fstab_find_places(&c->fstab);
	c->edits = (struct fstab_edits){.fstab = &c->fstab};
	for (size_t i = 0; r == 0 && i < c->reply->n_outcomes; i++) {
		struct outcome *out = &c->reply->outcomes[c->order[i]];

		if (is_due(out))
			r = edit_one(c, out);
	}
	return r < 0 || c->before.failed || c->after.failed ? -1 : 0;
}

static void forget(struct commit *c)
{
	fstab_edits_done(&c->edits);
	fstab_done(&c->fstab);
	fstab_file_done(&c->file);
	strbuf_done(&c->before);
	strbuf_done(&c->after);
}

/* ---- the file ---- */

static int file_failed(const struct commit *c, int r, struct error *err)
{
	return r == -ENOMEM ? error_no_memory(err)
			    : fstab_file_error_set(err, &c->fault, c->snapshot->path, r);
}

/* Put the new text in its place. As try_once(). */
static int replace_file(struct commit *c, const char *text, size_t size, enum written *ret,
			struct error *err)
{
	scoped_mem char *backup = NULL;
	int r = c->req->backup ? fstab_file_backup(&c->file, &backup, &c->fault) : 0;

	if (r == 0)
		r = fstab_file_write(&c->file, text, size, &c->fault);
	if (r == 0 || c->fault.step == FSTAB_FILE_SYNC) {
		*ret = WRITTEN;
		c->reply->backup_file = STEAL(backup);
	} else if (backup) {
		fstab_file_drop_backup(backup);
	}
	if (r == -ESTALE && *ret != WRITTEN) {
		*ret = CHANGED_MEANWHILE;
		return 0;
	}
	return r < 0 ? file_failed(c, r, err) : 0;
}

/*
 * One try: read, edit, write. Returns 0; or -1 with *err set: it stayed as it was, or,
 * where *ret is WRITTEN, it may not be on the disk.
 */
static int try_once(struct commit *c, enum written *ret, struct error *err)
{
	scoped_mem char *text = NULL;
	size_t size = 0;
	int r = 0;

	forget(c);
	*ret = UNCHANGED;
	r = fstab_file_read(c->snapshot->path, &c->file, &c->fault);
	if (r < 0)
		return file_failed(c, r, err);
	if (edit_all(c, &c->file) < 0 || fstab_edited(&c->edits, &text, &size) < 0)
		return error_no_memory(err);
	if (size == c->file.size && memcmp(text, c->file.text, size) == 0)
		return 0;
	return replace_file(c, text, size, ret, err);
}

static int write_all(struct commit *c, double deadline, enum written *ret,
		     struct error *err)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	int r = fstab_lock(c->snapshot->path, deadline, &lock, &c->fault);

	if (r < 0)
		r = file_failed(c, r, err);
	*ret = r < 0 ? UNCHANGED : CHANGED_MEANWHILE;
	for (unsigned n = 0; r == 0 && *ret == CHANGED_MEANWHILE && n < TRIES_MAX; n++)
		r = try_once(c, ret, err);
	fstab_unlock(&lock);
	return *ret == CHANGED_MEANWHILE ? file_failed(c, -ESTALE, err) : r;
}

/* ---- what became of it ---- */

/* The line of a bind is as asked, or, with an error, is not or may not stay so. */
static void conclude(struct outcome *out, enum written written, const struct error *err)
{
	if (err && written != WRITTEN) {
		out->line = LINE_ACTION_LEAVE;
		out->changed = out->done.steps.count > 0;
		out->after.in_fstab = out->before.in_fstab;
	}
	if (out->line != LINE_ACTION_LEAVE) {
		out->status = STATUS_CHANGED;
		out->changed = true;
		out->after.in_fstab = want_of_fstab(out->want) == DECIDES_THERE;
	}
	if (err)
		outcome_fail(out, err);
}

static void conclude_all(struct commit *c, enum written written, const struct error *err)
{
	for (size_t i = 0; i < c->reply->n_outcomes; i++) {
		if (is_due(&c->reply->outcomes[i]))
			conclude(&c->reply->outcomes[i], written, err);
	}
	if (!err && c->req->diff) {
		c->reply->has_fstab_diff = true;
		c->reply->fstab_before = c->before;
		c->reply->fstab_after = c->after;
		c->before = c->after = (struct strbuf){0};
	}
}

/* Check mode: what writing would come to, and the lines that it would be about. */
static int foretell(struct commit *c, struct error *err)
{
	int r = fstab_file_foresee(c->snapshot->path, &c->fault);

	if (r < 0)
		return file_failed(c, r, err);
	if (c->req->diff && edit_all(c, &c->snapshot->file) < 0)
		return error_no_memory(err);
	return 0;
}

static bool is_of_host(const struct fstab_snapshot *snapshot)
{
	return strcmp(snapshot->path, FSTAB_PATH) == 0 && sys_has_systemd();
}

void fstab_commit(struct reply *reply, const size_t *order,
		  const struct fstab_snapshot *snapshot, double deadline)
{
	const struct request *req = reply->req;
	struct commit c = {
		.reply = reply,
		.order = order,
		.req = req,
		.snapshot = snapshot,
	};
	enum written written = UNCHANGED;
	struct error err = {0};
	int r = 0;

	if (!is_any_due(reply))
		return;
	r = req->check_mode ? foretell(&c, &err) : write_all(&c, deadline, &written, &err);
	conclude_all(&c, written, r < 0 ? &err : NULL);
	forget(&c);
	if (r == 0 && written == WRITTEN && !req->no_reload && is_of_host(snapshot)) {
		reply->has_reloaded = true;
		reply->reload_error = -sys_daemon_reload(deadline);
	}
}
