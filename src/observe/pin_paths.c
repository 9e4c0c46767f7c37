#include "observe/pin_paths.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/kernel.h"
#include "request/request.h"

/* One of the two paths of a bind, with the name of its member for errors. */
struct side {
	const char *member;
	const char *path;
};

static int symlink_failed(const struct side *side, const struct at *at, struct fail *f)
{
	scoped_mem char *link = sys_find_symlink(side->path);
	scoped_mem char *real = NULL;
	int r = 0;

	if (!link)
		return fail_set(
			f, FAIL_SYMLINK, ELOOP, at,
			"a component of '%s' is a symlink; name the real path or say "
			"\"follow\": true",
			side->path);
	r = sys_resolve(side->path, &real);
	if (r < 0)
		return fail_set(f, FAIL_SYMLINK, ELOOP, at,
				"'%s' is a symlink that leads %s; name another path", link,
				r == -ELOOP ? "in a circle" : "nowhere");
	return fail_set(
		f, FAIL_SYMLINK, ELOOP, at,
		"'%s' is a symlink; name the real path '%s' or say \"follow\": true", link,
		real);
}

static int open_failed(const struct side *side, int err, struct fail *f)
{
	const struct at *at = AT_KEY(AT_ROOT, side->member);

	if (err == ELOOP)
		return symlink_failed(side, at, f);
	if (err == EACCES || err == EPERM)
		return fail_set(f, FAIL_PERMISSION, err, at,
				"'%s' cannot be reached: %s; run robind as root",
				side->path, strerror(err));
	if (err == ENOTDIR)
		return fail_set(f, FAIL_TYPE_MISMATCH, err, at,
				"a component of '%s' is not a directory; name another path",
				side->path);
	if (err == ETIMEDOUT)
		return fail_set(f, FAIL_TIMEOUT, err, at,
				"'%s' does not answer, which is on the way to '%s'; see to "
				"the server of its file system, or raise \"timeout\"",
				sys_obstacle(), side->path);
	if (err == EREMOTEIO)
		return fail_set(
			f,
			side->member[0] == 's' ? FAIL_SOURCE_MISSING : FAIL_TARGET_MISSING,
			ENOENT, at,
			"the automount '%s', on the way to '%s', mounts nothing; see "
			"to its daemon and its map",
			sys_obstacle(), side->path);
	if (err == ENOMEM)
		return fail_set(f, FAIL_MEMORY, err, at, "out of memory");
	return fail_set(f, FAIL_SYSTEM, err, at, "'%s' cannot be opened: %s", side->path,
			strerror(err));
}

static int is_automount(const struct view *view, const struct node *node, bool *ret)
{
	const struct mount *shared = NULL;
	struct mount m = {0};
	int r = 0;

	/* What is no mount root lies on a mount that many binds have in common. */
	if (node->is_mount_root)
		r = sys_mount(node->mount, false, &m);
	else
		r = mounts_shared(view->mounts, node->mount, &shared);
	*ret = r == 0 && (shared ? shared->magic : m.magic) == AUTOFS_SUPER_MAGIC;
	return r;
}

/* Note that the place cannot be looked at, because of the automount at `path`. */
static int leave_untriggered(const char *path, struct place *place)
{
	place_done(place);
	place->untriggered = strdup(path);
	return place->untriggered ? 0 : -ENOMEM;
}

static int open_place(const struct view *view, const char *path, struct place *place)
{
	bool is_auto = false;
	int fd = sys_open(path);
	int r = 0;

	if (fd == -EREMOTE)
		return leave_untriggered(sys_obstacle(), place);
	if (fd < 0)
		return fd;
	place->fd = fd;
	r = sys_stat(fd, &place->node);
	if (r == 0)
		r = is_automount(view, &place->node, &is_auto);
	if (r < 0 || !is_auto)
		return r;
	if (view->req->check_mode)
		return leave_untriggered(path, place);
	place_done(place);
	place->fd = sys_trigger(path);
	return place->fd < 0 ? place->fd : sys_stat(place->fd, &place->node);
}

static int open_side(const struct view *view, const struct side *side, struct place *ret,
		     struct fail *f)
{
	int r = open_place(view, side->path, ret);

	if (r == -ENOENT) {
		place_done(ret);
		return 0;
	}
	return r < 0 ? open_failed(side, -r, f) : 0;
}

int places_open_source(const struct view *view, const char *path, struct place *ret,
		       struct fail *f)
{
	const struct side side = {"source", path};
	int r = open_side(view, &side, ret, f);

	/* Below a file there is no source either, and an earlier step may yet make it. */
	return r < 0 && f->err == ENOTDIR ? 0 : r;
}

int places_open_source_mount(const struct view *view, const char *path, struct place *ret,
			     struct fail *f)
{
	const struct side side = {"source_mount", path};
	int r = open_side(view, &side, ret, f);

	return r < 0 && f->err == ENOTDIR ? 0 : r;
}

int places_open_target(const struct view *view, const char *path, struct place *ret,
		       struct fail *f)
{
	const struct side side = {"target", path};

	return open_side(view, &side, ret, f);
}

static int resolve_side(const struct side *side, char **ret, struct fail *f)
{
	int r = sys_resolve(side->path, ret);

	if (r == -ELOOP)
		return fail_set(f, FAIL_SYMLINK, ELOOP, AT_KEY(AT_ROOT, side->member),
				"the symlinks of '%s' lead in a circle; name another path",
				side->path);
	if (r == -ENOENT)
		return fail_set(f, FAIL_SYMLINK, ENOENT, AT_KEY(AT_ROOT, side->member),
				"a symlink of '%s' leads nowhere; name another path",
				side->path);
	return r < 0 ? open_failed(side, -r, f) : 0;
}

/* What a request must not ask for in plain words, it must not by way of symlinks. */
static int judge_resolved(const struct want *real, const char *asked, struct fail *f)
{
	bool is_there = want_is_there(real);
	const char *why = NULL;

	if (strcmp(real->target, "/") == 0)
		why = "the root directory";
	else if (is_there && strcmp(real->source, real->target) != 0 &&
		 path_rest(real->source, real->target))
		why = "above its own source";
	else if (is_there && real->recursive && path_rest(real->target, real->source))
		why = "in the source of its recursive bind";
	if (!why)
		return 0;
	return fail_set(f, FAIL_SYMLINK, 0, AT_KEY(AT_ROOT, "target"),
			"'%s' leads to '%s', which is %s; name another path", asked,
			real->target, why);
}

int places_resolve(const struct want *want, struct want *real, struct fail *f)
{
	const struct side target = {"target", want->target};
	const struct side source = {"source", want->source};
	const struct side mount = {"source_mount", want->source_mount.path};
	int r = resolve_side(&target, &real->target, f);

	if (r == 0 && want->source)
		r = resolve_side(&source, &real->source, f);
	if (r == 0 && want->source_mount.path)
		r = resolve_side(&mount, &real->source_mount.path, f);
	return r < 0 ? r : judge_resolved(real, want->target, f);
}
