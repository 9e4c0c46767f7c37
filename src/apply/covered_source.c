/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/covered_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/mount_query.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"

/*
 * Open the path as far as it leads: a copy on a directory above the source shows what the
 * source does, which need not have the rest of the path. A descriptor or -errno.
 */
static int open_as_far(const char *source)
{
	scoped_mem char *path = strdup(source);
	int fd = path ? sys_open(path) : -ENOMEM;

	while (path_leads_nowhere(fd) && path_to_parent(path))
		fd = sys_open(path);
	return fd;
}

/* On a copy of the mount, or on what is mounted in that: of a tree all of it is copied. */
static bool is_on_copy(const struct step_context *w, uint64_t at, const struct mount *made)
{
	uint64_t judged = w->have->source.file_id.mount;
	bool is_copy = false;
	bool more = true;

	while (more && !is_copy && at != judged && at != made->id) {
		struct mount m = {0};

		if (sys_mount(at, true, &m) < 0)
			return false;
		is_copy = mount_is_same_tree(&m, made);
		more = w->want->recursive && m.parent != m.id;
		at = m.parent;
		mount_done(&m);
	}
	return is_copy;
}

static bool is_same_file(const struct file_id *now, const struct file_id *judged)
{
	return now->failure == 0 && now->dev == judged->dev && now->ino == judged->ino;
}

/* The source is what it was, as its name tells. */
static bool is_seen_by_name(const struct step_context *w, struct pinned_path *ret)
{
	const struct file_id *judged = &w->have->source.file_id;
	struct file_id now = {0};

	if (w->have->source.fd != PINNED_BY_NAME ||
	    sys_glance(w->want->source, &now) != 0 || now.mount != judged->mount ||
	    !is_same_file(&now, judged))
		return false;
	*ret = (struct pinned_path){.fd = PINNED_BY_NAME, .file_id = now};
	return true;
}

bool source_is_covered(const struct step_context *w, uint64_t id, struct pinned_path *ret)
{
	const struct file_id *judged = &w->have->source.file_id;
	struct pinned_path now = {.fd = -1};
	struct mount made = {0};
	bool is_covered = false;

	if (is_seen_by_name(w, ret))
		return false;
	if (!want_is_self(w->want))
		now.fd = open_as_far(w->want->source);
	if (now.fd >= 0 && sys_stat_walked(now.fd, &now.file_id) < 0)
		pinned_path_done(&now);
	if (now.fd < 0)
		return false;
	if (now.file_id.mount == judged->mount && is_same_file(&now.file_id, judged)) {
		pinned_path_move(&now, ret);
		return false;
	}
	/* Of what is not seen from our root directory, the numbers alone can be compared. */
	if (now.file_id.mount != judged->mount)
		is_covered = sys_stat(now.fd, &now.file_id) == 0 &&
			     now.file_id.is_mount_root &&
			     is_same_file(&now.file_id, judged);
	if (now.file_id.mount != judged->mount && !is_covered &&
	    sys_mount(id, true, &made) == 0)
		is_covered = is_on_copy(w, now.file_id.mount, &made);
	mount_done(&made);
	pinned_path_done(&now);
	return is_covered;
}

int source_covered_error(struct step_context *w, bool is_back)
{
	return error_set(
		w->err, ERROR_REACHES_ELSEWHERE, 0, PTR_KEY(PTR_ROOT, "target"),
		"what was mounted at '%s' came to the source '%s' as well, and %s; "
		"make the mount that carries the target private (mount "
		"--make-private), or mount on the real path",
		w->want->target, w->want->source,
		is_back ? "was taken back" : "could not be taken back: unmount the target");
}
