/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is at a path, and what is made or removed there, within the deadline. Results are 0
 * or -errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* Whether the directory at the path, which no symlink leads to, holds nothing. */
MUST_CHECK int sys_is_empty(const char *path, bool *ret);

/*
 * What a directory or a regular file holds, in words: the first names in it, or its size.
 * *ret is allocated; NULL: it is empty. `fd` pins it, and `path` is where to look where its
 * file system may not answer; NULL: it is known to be local. With as many names as are to be
 * ignored it is empty. 0 or -errno.
 */
MUST_CHECK int sys_content(int fd, const char *path, size_t n_ignored, char **ret);

/* Whether nothing can be changed on what the local fd lies on: its mount, or all of it. */
bool sys_is_read_only(int fd);

/* What a place is made as. */
struct new_place {
	bool is_directory; /* else an empty file */
	uint32_t mode;     /* all twelve bits */
	uint32_t owner;
	uint32_t group;
};

/*
 * Make what is missing of `path`: the last component as is said, those above it directories
 * 0755 of root:root; whatever the umask. Nobody can enter it with more rights than it will
 * have. *ret_made is how many components were made. Returns 0, or -errno with nothing made:
 * -EPERM also where its file system keeps another mode or owner than it was given.
 */
MUST_CHECK int sys_make_place(const char *path, const struct new_place *as,
			      size_t *ret_made);

/* Take back the last `made` components of `path`, as far as they are still empty. */
void sys_unmake_place(const char *path, bool directory, size_t made);

/*
 * Remove the empty directory, or the empty file, that the path leads to without its last
 * component being a symlink. 0 also when it is gone already; -ENOTEMPTY when it holds
 * something, or is something else; -EBUSY when something is mounted there.
 */
MUST_CHECK int sys_remove_place(const char *path);
