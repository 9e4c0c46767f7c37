#include "observe/uncovered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"

/* A directory with a mount in it that will be gone. */
struct cover {
	char *parent;  /* its path; owned */
	uint64_t base; /* the mount that carries what will be gone */
	int dir;       /* the directory, or -1 */
	bool is_root;  /* it is the root of the mount */
};

static void cover_done(struct cover *cover)
{
	if (cover->dir >= 0)
		(void)close(cover->dir);
	free(cover->parent);
}

static int open_cover(const struct view *view, const char *path, struct cover *ret)
{
	const struct want *gone = view_taken_above(view, path, &ret->base);
	struct file_id file_id = {0};

	if (!gone)
		return 0;
	ret->parent = strdup(gone->target);
	if (!ret->parent)
		return -ENOMEM;
	if (!path_to_parent(ret->parent))
		return 0;
	ret->dir = sys_open(ret->parent);
	if (ret->dir < 0 || sys_stat(ret->dir, &file_id) < 0 ||
	    file_id.mount != ret->base || !sys_is_local(ret->dir))
		return 0;
	ret->is_root = file_id.is_mount_root;
	return 1;
}

/* Something else that is mounted there will carry the path, or hide it. */
static int is_carried_by_others(const struct view *view, const struct cover *cover,
				const char *path)
{
	struct mount_list list = {0};
	int found = 0;
	int r = mounts_below(view->mounts, cover->base, cover->parent, cover->is_root, true,
			     &list);

	for (size_t i = 0; r == 0 && !found && i < list.count; i++)
		found = path_rest(path, list.items[i].point) != NULL &&
			!view_has_taken(view, &list.items[i]);
	mount_list_done(&list);
	return r == -ENOMEM ? r : r < 0 || found;
}

int uncovered_look(const struct view *view, const char *path, struct pinned_path *ret,
		   uint64_t *carrier)
{
	struct cover cover = {.dir = -1};
	scoped_fd int tree = -1;
	int r = open_cover(view, path, &cover);

	if (r > 0) {
		r = is_carried_by_others(view, &cover, path);
		r = r < 0 ? r : !r;
	}
	if (r > 0) {
		tree = sys_copies_are_detached() ? sys_clone(cover.dir, false) : -ENOSYS;
		r = tree >= 0;
	}
	if (r > 0) {
		ret->fd = sys_open_within(tree, path_rest(path, cover.parent), true);
		if (ret->fd >= 0 && sys_stat(ret->fd, &ret->file_id) < 0)
			pinned_path_done(ret);
		else if (ret->fd < 0 && !path_leads_nowhere(ret->fd))
			r = 0;
		if (ret->fd < 0)
			ret->fd = -1;
		ret->file_id.mount = cover.base;
		ret->file_id.is_mount_root = false;
		*carrier = cover.base;
	}
	cover_done(&cover);
	return r;
}
