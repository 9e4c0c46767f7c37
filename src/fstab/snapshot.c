/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "fstab/file_error.h"
#include "fstab/line.h"
#include "fstab/places.h"
#include "fstab/source_mount.h"
#include "kernel/host.h"

/* 0, or -1 when there is no memory. */
static int read_lines(struct fstab_snapshot *snapshot)
{
	const struct fstab_file *file = &snapshot->file;

	if (fstab_parse(file->text, file->size, &snapshot->fstab) < 0 ||
	    fstab_find_places(&snapshot->fstab) < 0)
		return -1;
	snapshot->mount_points = fstab_mount_points(&snapshot->fstab);
	return snapshot->mount_points ? 0 : -1;
}

static int read_file(struct fstab_snapshot *snapshot)
{
	struct fstab_file_error fault = {0};
	int r = fstab_file_read(snapshot->path, &snapshot->file, &fault);

	if (r < 0)
		return fstab_file_error_set(&snapshot->unread, &fault, snapshot->path, r);
	return read_lines(snapshot) < 0 ? error_no_memory(&snapshot->unread) : 0;
}

int snapshot_open(struct fstab_snapshot *snapshot, const char *path, bool sweep,
		  struct error *err)
{
	*snapshot = (struct fstab_snapshot){
		.path = path,
		.has_helper = sys_has_helper(),
	};
	if (sweep)
		fstab_sweep(snapshot->path);
	snapshot->is_read = read_file(snapshot) == 0;
	return snapshot->unread.kind == ERROR_MEMORY ? error_no_memory(err) : 0;
}

void snapshot_done(struct fstab_snapshot *snapshot)
{
	free(snapshot->mount_points);
	fstab_done(&snapshot->fstab);
	fstab_file_done(&snapshot->file);
	*snapshot = (struct fstab_snapshot){0};
}

struct fstab_facts snapshot_find(const struct fstab_snapshot *snapshot, const char *target)
{
	struct fstab_facts line = {
		.path = snapshot->path,
		.fstab = snapshot->is_read ? &snapshot->fstab : NULL,
		.mount_points = snapshot->mount_points,
		.unread = &snapshot->unread,
		.has_helper = snapshot->has_helper,
	};
	size_t i =
		snapshot->is_read ? line_find_bind(&snapshot->fstab, target) : FSTAB_NONE;

	if (i != FSTAB_NONE)
		line.bind = &snapshot->fstab.entries[i];
	return line;
}

void snapshot_forget(struct fstab_snapshot *snapshot, const char *target)
{
	if (snapshot->is_read)
		fstab_forget_binds(&snapshot->fstab, snapshot->mount_points, target);
}

const struct fstab_entry *snapshot_find_ours(const struct fstab_snapshot *snapshot,
					     const char *target)
{
	const struct fstab_entry *bind = snapshot_find(snapshot, target).bind;

	return bind && line_look(bind).is_ours ? bind : NULL;
}
