/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who keeps an old or a writable view of a bind: the rules, on what was found in other
 * mount namespaces. Pure: no call is made here.
 *
 *   copy      is mounted on the very directory on which the target's mount is mounted here,
 *             wherever that lies there: writable, or stale when it shows something else
 *   clone     at any other path: stale when it shows the source as it was before it was
 *             deleted, or what lies below the source's mount. A writable one cannot be told
 *             from a source that was rightly given away, and is not judged.
 */
#pragma once

#include <sys/types.h>

#include "base/macro.h"
#include "holders/holder_list.h"
#include "holders/location_index.h"
#include "mount/mount.h"

/*
 * Judge the mounts of one foreign namespace, which are sorted here by id. `ours` are those
 * of our own, sorted by point. What is found is appended, as held by `pid`. Returns 0, or
 * -1 when there is no memory.
 */
MUST_CHECK int holders_judge(const struct location_index *index, struct mount_list *theirs,
			     const struct mount_list *ours, pid_t pid,
			     struct holder_list *ret);
