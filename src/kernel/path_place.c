/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/path_place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "kernel/path_limit.h"
#include "kernel/path_open.h"
#include "kernel/path_walk.h"

int sys_is_empty(const char *path, bool *ret)
{
	struct worker_request ask = {.op = WALK_LIST};
	struct worker_reply said;
	int r = path_walk_limited(&ask, path, &said);

	*ret = r == 0;
	return r < 0 ? r : 0;
}

int sys_content(int fd, const char *path, size_t n_ignored, char **ret)
{
	scoped_mem struct worker_reply *said = malloc(sizeof(*said));
	struct worker_request ask = {.op = WALK_LIST, .n_ignored = n_ignored};
	int r = 0;

	*ret = NULL;
	if (!said)
		return -ENOMEM;
	r = !path || sys_is_local(fd)
		    ? list_content(fd, n_ignored, said->text, sizeof(said->text))
		    : path_walk_limited(&ask, path, said);
	if (r <= 0)
		return r;
	*ret = strdup(said->text);
	return *ret ? 0 : -ENOMEM;
}

bool sys_is_read_only(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

int sys_make_place(const char *path, const struct new_place *as, size_t *ret_made)
{
	const char *rest = NULL;
	scoped_fd int local = path_open_local_part(path, &rest);
	struct worker_request ask = {.op = WALK_MAKE, .place = *as};
	struct worker_reply said = {0};
	int r = 0;

	if (local >= 0)
		return place_make(path, as, ret_made);
	r = path_walk_limited(&ask, path, &said);
	*ret_made = said.made;
	return r;
}

void sys_unmake_place(const char *path, bool directory, size_t made)
{
	struct worker_request ask = {.op = WALK_UNMAKE,
				     .place = {.is_directory = directory},
				     .made = made};
	struct worker_reply said;

	(void)!path_walk_limited(&ask, path, &said);
}

int sys_remove_place(const char *path)
{
	const char *rest = NULL;
	scoped_fd int local = path_open_local_part(path, &rest);
	struct worker_request ask = {.op = WALK_REMOVE};
	struct worker_reply said;

	return local >= 0 ? place_remove(path) : path_walk_limited(&ask, path, &said);
}
