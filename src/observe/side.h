/* SPDX-License-Identifier: Apache-2.0 */
/* One of the paths of a bind, as a request has it, and why it is refused. */
#pragma once

#include <stdbool.h>

#include "base/error.h"

struct side {
	const char *member;      /* of the request, for errors */
	const char *path;        /* borrowed */
	enum error_kind missing; /* what it is when nothing is there */
	bool is_target;
	bool is_left;   /* an automount at the end is looked at as it is */
	bool is_pinned; /* its descriptor is needed */
};

struct side side_of_source(const char *path);
struct side side_of_source_mount(const char *path);
struct side side_of_target(const char *path);

/*
 * Record why the path, or a directory above it, could not be opened: the positive errno `number`, as
 * ERROR_SYMLINK, ERROR_PERMISSION, ERROR_TYPE_MISMATCH, ERROR_TIMEOUT, ERROR_MEMORY, ERROR_SYSTEM or
 * what it is when nothing is there. Returns -1.
 */
int side_refuse(const struct side *side, int number, struct error *err);

/* The same of the target at `path`. Returns -1. */
int refuse_target(const char *path, int number, struct error *err);

/* Record that the mounts at or around a place could not be read, by a -errno. Returns -1. */
int look_failed(const char *path, int r, struct error *err);
