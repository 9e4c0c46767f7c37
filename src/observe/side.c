/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/side.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/failure.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"

struct side side_of_source(const char *path)
{
	return (struct side){"source", path, ERROR_SOURCE_MISSING, .is_target = false};
}

struct side side_of_source_mount(const char *path)
{
	return (struct side){"source_mount", path, ERROR_SOURCE_MISSING,
			     .is_target = false};
}

struct side side_of_target(const char *path)
{
	return (struct side){"target", path, ERROR_TARGET_MISSING, .is_target = true};
}

static int refuse_symlink(const struct side *side, int number, struct error *err)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, side->member);
	scoped_mem char *link = sys_find_symlink(side->path);
	scoped_mem char *real = NULL;
	int r = 0;

	if (!link)
		return error_set(
			err, ERROR_SYMLINK, number, at,
			"a component of '%s' is a symlink; name the real path or say "
			"\"follow\": true",
			side->path);
	r = sys_resolve(side->path, &real);
	if (r < 0)
		return error_set(err, ERROR_SYMLINK, number, at,
				 "'%s' is a symlink that leads %s; name another path", link,
				 r == -ELOOP ? "in a circle" : "nowhere");
	return error_set(
		err, ERROR_SYMLINK, number, at,
		"'%s' is a symlink; name the real path '%s' or say \"follow\": true", link,
		real);
}

static int refuse_automount(const struct side *side, int number, struct error *err)
{
	(void)number; /* EREMOTEIO is between the kernel's calls and us */
	return error_set(err, side->missing, ENOENT, PTR_KEY(PTR_ROOT, side->member),
			 "the automount '%s', on the way to '%s', mounts nothing; see to "
			 "its daemon and its map",
			 path_last_obstacle(), side->path);
}

static int refuse_without_memory(const struct side *side, int number, struct error *err)
{
	(void)side;
	(void)number;
	return error_no_memory(err);
}

/* clang-format off */
static const struct {
	int number;
	int (*refuse)(const struct side *side, int number, struct error *err);
} refusals[] = {
	{ ELOOP,     refuse_symlink },
	{ EREMOTEIO, refuse_automount },
	{ ENOMEM,    refuse_without_memory },
};
/* clang-format on */

int side_refuse(const struct side *side, int number, struct error *err)
{
	const struct failure failure = {
		.call = CALL_REACH,
		.number = number,
		.path = side->path,
		.at = PTR_KEY(PTR_ROOT, side->member),
		.obstacle = path_last_obstacle(),
	};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		if (refusals[i].number == number)
			return refusals[i].refuse(side, number, err);
	}
	return failure_set(err, &failure);
}

int look_failed(const char *path, int r, struct error *err)
{
	const struct failure failure = {
		.call = CALL_READ_MOUNTS,
		.number = -r,
		.path = path,
		.at = PTR_ROOT,
		.obstacle = path_last_obstacle(),
	};

	return r == -ENOMEM ? error_no_memory(err) : failure_set(err, &failure);
}

int refuse_target(const char *path, int number, struct error *err)
{
	const struct side side = side_of_target(path);

	return side_refuse(&side, number, err);
}
