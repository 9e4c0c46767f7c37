/* SPDX-License-Identifier: Apache-2.0 */
/* What a mount of a source shows at a place in it, before there is such a mount. */
#pragma once

#include "base/macro.h"
#include "kernel/mount_query.h"
#include "request/want.h"

/*
 * A copy of what a directory shows, seen nowhere, without the mounts in it: what lies beneath
 * those can be opened there. A descriptor or -errno; -ENOSYS: this kernel makes none (before
 * 5.2).
 */
MUST_CHECK int copy_without_mounts(int dir);

/*
 * Open a directory that must lie on this very mount (-ENOENT). Returns a descriptor with *ret
 * filled, or -errno.
 */
MUST_CHECK int open_on_mount(const char *path, uint64_t mount, struct file_id *ret);

/*
 * Open the place `rest` in what a new mount of the bind's source will show: with the mounts
 * below the source where the bind is recursive, and else with what those hide. Returns a
 * descriptor with *ret filled, or -errno; -EAGAIN: it is hidden, and the kernel does not know
 * by heart what is there. Who may not make a copy to look in (it is seen
 * nowhere) is told of a place below such a mount that there is none.
 */
MUST_CHECK int place_in_copy(const struct want *bind, const char *rest,
			     struct file_id *ret);

/*
 * Open what lies beneath the mount at the place `rest` of the bind's source. Returns a
 * descriptor with *ret filled, or -errno.
 */
MUST_CHECK int place_beneath(const struct want *bind, const char *rest,
			     struct file_id *ret);
