/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the binds that lie in a mount have a place in the one that is to take over from
 * it.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "mount/mount.h"
#include "observe/have.h"
#include "observe/view.h"
#include "request/want.h"

/*
 * The first mount below the target that fstab lists, and that could not be carried over to a
 * new mount of the source: there is no place for it, or one of another kind, or the kernel
 * cannot do it (before 5.2). *ret is borrowed from have; NULL: there is none. It is left to
 * be found by whoever carries them where a file system does not answer. Returns 0, or
 * -ENOMEM.
 */
MUST_CHECK int carried_find_lost(const struct want *want, const struct have *have,
				 const struct mount **ret);

/*
 * Check mode: look at a bind as it would be once the bind `outer` around it was replaced,
 * and it was carried over, read-only and private. Whether this kernel carries it (6.15) is
 * tried on copies that nobody sees. Returns 1 with *ret filled, give it to have_done(); or 0
 * where it would be made anew; or -1 with *err set to ERROR_MEMORY.
 */
MUST_CHECK int carried_observe(const struct view *view, const struct want *want,
			       const struct want *outer, struct have *ret,
			       struct error *err);
