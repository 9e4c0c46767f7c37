/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two paths of a bind, opened. A symlink is refused by name; an automount is triggered
 * by apply, and left alone in check mode.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "observe/view.h"

/*
 * Open the source, the place of the source's mount, or the target, of a bind into *ret,
 * which is {.fd = -1}. Returns 0, also when nothing is there, or when it is left
 * untriggered; -1 with ERROR_SYMLINK, ERROR_PERMISSION, ERROR_TYPE_MISMATCH, ERROR_TIMEOUT,
 * ERROR_MEMORY or ERROR_SYSTEM. On a file system that has failed, the root of a mount is
 * there all the same, see sys_stat_mount(), and a source that cannot be opened is not; but
 * for a source that must answer each is an error. Where nothing is mounted on an automount
 * that is the target itself, `is_left` says to look at that, as of what shall be gone.
 */
MUST_CHECK int pin_source(const struct view *view, const char *path, bool must_answer,
			  struct pinned_path *ret, struct error *err);
MUST_CHECK int pin_source_mount(const struct view *view, const char *path,
				struct pinned_path *ret, struct error *err);
MUST_CHECK int pin_target(const struct view *view, const char *path, bool is_left,
			  struct pinned_path *ret, struct error *err);
