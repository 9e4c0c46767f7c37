/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: normalising and comparing. Nothing here looks at the machine. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a path, as the end of a sentence that begins with its name. */
struct path_fault {
	const char *must; /* static, such as "must be an absolute path" */
};

/*
 * Take an absolute path of `length` bytes (it may hold NUL bytes, which is a fault) and
 * return it without double and trailing slashes, allocated. `.` and `..` are refused, not
 * resolved: what they mean depends on symlinks. Returns NULL with fault->must set, or NULL
 * with fault->must NULL when there is no memory.
 */
char *path_normalise(const char *path, size_t length, struct path_fault *fault);

/* True when normalised `path` lies strictly below normalised `above` ("/" is above all). */
bool path_is_below(const char *path, const char *above);

/*
 * What is left of `path` when it is `above` or lies below it, without a leading slash: ""
 * for `above` itself. NULL when it lies elsewhere. Points into `path`.
 */
const char *path_rest(const char *path, const char *above);

/* Cut the last component off in place; false for "/", which stays. */
bool path_to_parent(char *path);

/* True for the -errno of a path that leads nowhere: missing, in a file, or a symlink. */
bool path_leads_nowhere(int r);

/* How many components a normalised path has; 0 for "/". */
size_t path_depth(const char *path);

/*
 * `above` and `rest` (which may be "") joined by one slash, allocated; NULL when there is
 * no memory.
 */
char *path_join(const char *above, const char *rest);
