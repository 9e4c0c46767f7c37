/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/resolve_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "kernel/path_open.h"
#include "observe/side.h"

static int resolve_side(const struct side *side, char **ret, struct error *err)
{
	int r = sys_resolve(side->path, ret);

	if (r == -ELOOP)
		return error_set(err, ERROR_SYMLINK, ELOOP, PTR_KEY(PTR_ROOT, side->member),
				 "the symlinks of '%s' lead in a circle; name another path",
				 side->path);
	if (r == -ENOENT)
		return error_set(err, ERROR_SYMLINK, ENOENT,
				 PTR_KEY(PTR_ROOT, side->member),
				 "a symlink of '%s' leads nowhere; name another path",
				 side->path);
	return r < 0 ? side_refuse(side, -r, err) : 0;
}

int resolve_target(const char *path, char **ret, struct error *err)
{
	const struct side side = side_of_target(path);

	return resolve_side(&side, ret, err);
}

/* What a request must not ask for in plain words, it must not by way of symlinks. */
static int check_resolved(const struct want *real, const char *asked, struct error *err)
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
	return error_set(err, ERROR_SYMLINK, 0, PTR_KEY(PTR_ROOT, "target"),
			 "'%s' leads to '%s', which is %s; name another path", asked,
			 real->target, why);
}

/* Below a file nothing is mounted, and more is not asked of what shall be gone. */
static int resolve_or_keep(const struct side *side, bool shall_be_gone, char **ret,
			   struct error *err)
{
	int r = resolve_side(side, ret, err);

	if (r == 0 || err->number != ENOTDIR || !shall_be_gone)
		return r;
	*ret = strdup(side->path);
	return *ret ? 0 : error_no_memory(err);
}

int resolve_paths(const struct want *want, struct want *real, struct error *err)
{
	bool shall_be_gone = want_is_gone(want) || want_of_fstab(want) == DECIDES_GONE;
	const struct side target = side_of_target(want->target);
	const struct side source = side_of_source(want->source);
	const struct side mount = side_of_source_mount(want->source_mount.path);
	int r = resolve_or_keep(&target, shall_be_gone, &real->target, err);

	if (r == 0 && want->source)
		r = resolve_or_keep(&source, shall_be_gone, &real->source, err);
	if (r == 0 && want->source_mount.path)
		r = resolve_side(&mount, &real->source_mount.path, err);
	return r < 0 ? r : check_resolved(real, want->target, err);
}
