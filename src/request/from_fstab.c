/* SPDX-License-Identifier: Apache-2.0 */
#include "request/from_fstab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/line.h"
#include "fstab/source_mount.h"

/* ---- all binds that fstab lists ---- */

static bool is_due(const struct fstab_entry *entry, const void *arg)
{
	const bool *ours_only = arg;
	const struct line_info line = line_look(entry);

	return strcmp(entry->place, "/") != 0 && line.is_bind && line.is_read_only &&
	       !line.is_noauto && (line.is_ours || !*ours_only);
}

static int want_of(const struct fstab_entry *entry, struct want *ret)
{
	const struct line_info line = line_look(entry);
	struct path_fault fault = {0};
	struct want want = {
		.state = STATE_EPHEMERAL,
		.recursive = line.is_recursive,
		.create = true,
		/*
		 * As mount(8) does, which makes the mount at boot. What robind refused when it
		 * wrote its lines it must not leave unlooked at now: a directory may have
		 * become a symlink.
		 */
		.follow = true,
		.read_only_alone = !line.is_ours,
		.is_optional = line.is_nofail,
		.options = line.flags,
		.outer = WANT_NONE,
		.source = path_normalise(entry->source, strlen(entry->source), &fault),
	};

	/* As it is written: what is mounted before it may yet change where that leads. */
	want.target = path_normalise(entry->target, strlen(entry->target), &fault);
	if (!want.target && fault.must)
		want.target = strdup(entry->place);
	if (!want.source || !want.target) {
		want_done(&want);
		return -1;
	}
	*ret = want;
	return 0;
}

static int add_all(const struct fstab *fstab, bool ours_only, struct request *req)
{
	scoped_mem bool *firsts = line_firsts(fstab, is_due, &ours_only);

	if (!firsts || ARRAY_RESERVE(req->wants, 0, fstab->n_entries + 1) < 0)
		return -1;
	for (size_t i = 0; i < fstab->n_entries; i++) {
		int r = passed_over_add(&req->passed, &fstab->entries[i], ours_only);

		if (r < 0)
			return -1;
		if (r > 0 || !firsts[i])
			continue;
		if (want_of(&fstab->entries[i], &req->wants[req->n_wants]) < 0)
			return -1;
		req->wants[req->n_wants++].is_line = req->judges_boot;
	}
	req->n_named = req->n_wants;
	return 0;
}

/* Read the file that the request names. Returns 0 with *ret to be closed, or -1 with *err set. */
static int open_lines(struct request *req, struct fstab_snapshot *ret, struct error *err)
{
	req->keeps_order = true;
	if (snapshot_open(ret, request_fstab(req), false, err) == 0 && ret->is_read)
		return 0;
	*err = ret->unread;
	snapshot_done(ret);
	return -1;
}

/* Its lines have become wants, or (`r` below 0) there was no memory for it. */
static int close_lines(int r, struct request *req, struct fstab_snapshot *snapshot,
		       struct error *err)
{
	if (r < 0 || request_map_targets(req) < 0)
		r = error_no_memory(err);
	snapshot_done(snapshot);
	return r;
}

int boot_request(bool ours_only, struct request *req, struct error *err)
{
	struct fstab_snapshot snapshot;

	if (open_lines(req, &snapshot, err) < 0)
		return -1;
	return close_lines(add_all(&snapshot.fstab, ours_only, req), req, &snapshot, err);
}

/* ---- lines that are to be of the other type ---- */

/*
 * Whatever needs the helper can do without, whoever wrote it; but only robind's own lines are
 * given to the helper, and of these only what that would make.
 */
static bool is_to_migrate(const struct fstab_entry *entry, enum fstab_type to)
{
	const struct line_info line = line_look(entry);

	return line.is_bind && line.type != to &&
	       (line.type == FSTAB_TYPE_ROBIND || (line.is_ours && line.is_read_only));
}

static bool is_bind(const struct fstab_entry *entry, const void *arg)
{
	(void)arg;
	return line_look(entry).is_bind;
}

/* Entry `i` is the first bind for its place: of those after it one may be the one. */
static bool is_any_to_migrate(const struct fstab *fstab, size_t i, enum fstab_type to)
{
	const char *place = fstab->entries[i].place;

	while (i != FSTAB_NONE && !is_to_migrate(&fstab->entries[i], to))
		i = line_next_bind(fstab, i, place);
	return i != FSTAB_NONE;
}

/* All else that the line says stays: nobody asks for it, and nobody for the contrary. */
static int add_migrated(const struct fstab_entry *entry, enum fstab_type to,
			struct request *req)
{
	struct want *want = &req->wants[req->n_wants];

	if (want_of(entry, want) < 0)
		return -1;
	want->state = STATE_FSTAB_PRESENT;
	want->fstab_type = to;
	want->read_only_alone = false;
	want->is_optional = false;
	req->n_wants++;
	return source_mount_of_line(entry, &want->source_mount);
}

static int migrate_all(const struct fstab *fstab, enum fstab_type to, struct request *req)
{
	scoped_mem bool *firsts = line_firsts(fstab, is_bind, NULL);

	if (!firsts || ARRAY_RESERVE(req->wants, 0, fstab->n_entries + 1) < 0)
		return -1;
	for (size_t i = 0; i < fstab->n_entries; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];
		bool is_meant = firsts[i] ? is_any_to_migrate(fstab, i, to)
					  : !entry->place && is_to_migrate(entry, to);
		int r = is_meant ? passed_over_add_path(&req->passed, entry) : 1;

		if (r < 0 || (r == 0 && entry->place && add_migrated(entry, to, req) < 0))
			return -1;
	}
	req->n_named = req->n_wants;
	return 0;
}

int migrate_request(enum fstab_type to, struct request *req, struct error *err)
{
	struct fstab_snapshot snapshot;

	if (open_lines(req, &snapshot, err) < 0)
		return -1;
	return close_lines(migrate_all(&snapshot.fstab, to, req), req, &snapshot, err);
}

/* ---- what is of a set, and no longer asked for ---- */

static bool is_named(const struct request *req, const char *target)
{
	return hash_table_get(&req->targets, target, strlen(target)) != HASH_TABLE_NONE;
}

static bool is_left_over(const struct fstab_entry *entry, const void *arg)
{
	const struct request *req = arg;

	return line_look(entry).is_bind && line_is_in_set(entry, req->set) &&
	       strcmp(entry->place, "/") != 0 && !is_named(req, entry->place) &&
	       !is_named(req, fstab_written(entry));
}

static int add_absent(struct request *req, const char *target)
{
	char *copy = strdup(target);

	if (!copy || ARRAY_RESERVE(req->wants, req->n_wants, 1) < 0) {
		free(copy);
		return -1;
	}
	if (req->about_fstab == WANT_NONE)
		req->about_fstab = req->n_wants;
	req->wants[req->n_wants++] = (struct want){
		.target = copy,
		.state = STATE_ABSENT,
		.set = req->set,
		.outer = WANT_NONE,
	};
	return 0;
}

int purge_add(struct request *req, const struct fstab_snapshot *snapshot, struct error *err)
{
	const struct fstab *fstab = &snapshot->fstab;
	scoped_mem bool *firsts = NULL;

	if (req->purge == PURGE_NONE)
		return 0;
	if (!snapshot->is_read) {
		*err = snapshot->unread;
		return -1;
	}
	firsts = line_firsts(fstab, is_left_over, req);
	if (!firsts)
		return error_no_memory(err);
	for (size_t i = 0; i < fstab->n_entries; i++) {
		if (firsts[i] && add_absent(req, fstab->entries[i].place) < 0)
			return error_no_memory(err);
	}
	if (hash_table_make(&req->purged, req->n_wants - req->n_named) < 0)
		return error_no_memory(err);
	for (size_t i = req->n_named; i < req->n_wants; i++)
		(void)hash_table_put(&req->purged, req->wants[i].target, i);
	return 0;
}
