/* SPDX-License-Identifier: Apache-2.0 */
/* Which systemd unit and which container a process belongs to, from /proc/PID/cgroup. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/*
 * Only what the manager of the host has named, or that of the container: in a subtree that
 * was delegated to a user or a service everybody could bear the name of somebody else.
 */
struct cgroup {
	char *unit;      /* the systemd unit, in a container one of its own; or NULL */
	char *container; /* the outermost that is not our own: an id, or a name; or NULL */
	bool is_service; /* the system's own systemd can restart the unit */
};

/*
 * Take the whole text of /proc/PID/cgroup, of version 1, 2 or both; `own` is the container that
 * we run in ourselves, or NULL. Returns 0 with *ret filled, give it to cgroup_done(); -1 when
 * there is no memory.
 */
MUST_CHECK int cgroup_read(const char *text, const char *own, struct cgroup *ret);

/* Free what it owns; safe on {0} and twice. */
void cgroup_done(struct cgroup *cgroup);
