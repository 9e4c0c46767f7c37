#include "observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "path.h"
#include "request.h"
#include "scoped.h"
#include "submounts.h"
#include "sys.h"

/* One of the two paths of a bind, with the name of its member for errors. */
struct side {
	const char *member;
	const char *path;
};

static int symlink_failed(const struct side *side, const struct at *at, struct fail *f)
{
	scoped_mem char *link = sys_find_symlink(side->path);
	scoped_mem char *real = NULL;

	if (!link)
		return fail_set(
			f, FAIL_SYMLINK, ELOOP, at,
			"a component of '%s' is a symlink; name the real path or say "
			"\"follow\": true",
			side->path);
	if (sys_resolve(side->path, &real) < 0)
		return fail_set(f, FAIL_SYMLINK, ELOOP, at,
				"'%s' is a symlink that leads nowhere", link);
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
	if (err == ENOMEM)
		return fail_set(f, FAIL_MEMORY, err, at, "out of memory");
	return fail_set(f, FAIL_SYSTEM, err, at, "'%s' cannot be opened: %s", side->path,
			strerror(err));
}

static int open_side(const struct side *side, struct place *ret, struct fail *f)
{
	int fd = sys_open(side->path);
	int r = 0;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return open_failed(side, -fd, f);
	ret->fd = fd;
	r = sys_stat(fd, &ret->node);
	return r < 0 ? open_failed(side, -r, f) : 0;
}

static int open_source(const char *path, struct place *ret, struct fail *f)
{
	const struct side side = {"source", path};
	int r = open_side(&side, ret, f);

	/* Below a file there is no source either, and an earlier step may yet make it. */
	return r < 0 && f->err == ENOTDIR ? 0 : r;
}

static int open_target(const char *path, struct place *ret, struct fail *f)
{
	const struct side side = {"target", path};

	return open_side(&side, ret, f);
}

static int look_failed(const struct want *want, int r, struct fail *f)
{
	if (r == -ENOMEM)
		return fail_set(f, FAIL_MEMORY, -r, AT_ROOT, "out of memory");
	return fail_set(f, FAIL_SYSTEM, -r, AT_ROOT,
			"the mounts at '%s' cannot be read: %s", want->target,
			strerror(-r));
}

static int look(const struct view *view, const struct want *want, bool again,
		struct have *have)
{
	int r = 0;

	if (have->target.node.is_mount_root)
		r = layers_read(view->mounts, want, have);
	if (r == 0)
		r = submounts_read(view, want, again, have);
	return r;
}

static int look_at_source(const struct view *view, const struct want *want,
			  struct have *have, struct fail *f)
{
	const struct mount *m = NULL;
	int r = 0;

	if (!want->source || open_source(want->source, &have->source, f) < 0)
		return want->source ? -1 : 0;
	if (!place_is_there(&have->source))
		return 0;
	r = mounts_shared(view->mounts, have->source.node.mount, &m);
	if (r < 0)
		return look_failed(want, r, f);
	have->source_attr = m->attr;
	return 0;
}

int observe(const struct view *view, const struct want *want, bool again, struct have *ret,
	    struct fail *f)
{
	struct have have = HAVE_INIT;
	int r = look_at_source(view, want, &have, f);

	if (r == 0)
		r = open_target(want->target, &have.target, f);
	if (r == 0) {
		r = look(view, want, again, &have);
		if (r < 0)
			r = look_failed(want, r, f);
	}
	if (r < 0) {
		have_done(&have);
		return -1;
	}
	*ret = have;
	return 0;
}

int observe_in_outer(const struct view *view, const struct want *want,
		     const struct want *outer, struct have *ret, struct fail *f)
{
	scoped_mem char *place =
		path_join(outer->source, path_rest(want->target, outer->target));
	struct have have = HAVE_INIT;
	int r = 0;

	if (!place)
		return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	r = look_at_source(view, want, &have, f);
	if (r == 0)
		r = open_target(place, &have.target, f);
	if (r < 0) {
		have_done(&have);
		return -1;
	}
	have.is_planned = true;
	*ret = have;
	return 0;
}
