/* SPDX-License-Identifier: Apache-2.0 */
/* A source that takes no writes, because a read-only bind of it, or of what it lies in,
 * covers it. */
#pragma once

#include "base/macro.h"
#include "mount/mount.h"
#include "observe/view.h"

/*
 * `m` is the mount that the source of `want` lies on, from mounts_shared(). Where it is a
 * read-only bind of its own place that neither the request nor fstab asks for, *ret is that
 * place, allocated; else it is left alone. Returns 0 or -errno.
 */
MUST_CHECK int frozen_source_find(const struct view *view, const struct want *want,
				  const struct mount *m, char **ret);
