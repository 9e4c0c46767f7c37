/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel tells that the table of mounts of this namespace changed. It does not tell what:
 * a wake-up means that something was mounted, unmounted or moved, or got other flags; not that
 * it was made shared by mount(2), nor anything about copies in other namespaces.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"
#include "kernel/cgroup.h"

struct mount_events {
	int table; /* wakes poll(2) by POLLPRI; proc_pid_mountinfo(5) */
	int named; /* wakes it by POLLIN where the kernel names mounts and actors, or -1 */
};

#define MOUNT_EVENTS_INIT                                                                  \
	{                                                                                  \
		.table = -1, .named = -1                                                   \
	}

#define MOUNT_CHANGES_MAX 1024u
#define MOUNT_ACTORS_MAX  16u

struct mount_change {
	uint64_t mount; /* its id */
	pid_t actor;    /* who did it; 0: a process that we do not see, or none */
};

/* Who somebody was when that was told: he may be gone a moment later. */
struct mount_actor {
	pid_t pid;
	struct cgroup cgroup; /* with nothing in it where it could not be read any more */
};

/* What has been told by name, as far as there is room; {0} is nothing. */
struct mount_changes {
	struct mount_change attached[MOUNT_CHANGES_MAX]; /* what was mounted, or moved */
	size_t n_attached;
	struct mount_change detached[MOUNT_CHANGES_MAX]; /* what was taken off */
	size_t n_detached;
	struct mount_actor actors[MOUNT_ACTORS_MAX];
	size_t n_actors;
	bool is_unknown; /* what was mounted is not all: it is not named here, or was too much */
};

/*
 * Begin to be told. Changes and who made them are named by fanotify's FAN_REPORT_MNT (Linux 6.14 and
 * CAP_SYS_ADMIN); where that is refused, ret->named is -1. Returns 0 or -errno; give *ret to
 * mount_events_done().
 */
MUST_CHECK int mount_events_open(struct mount_events *ret);

/* Take what has been told by name, without waiting, and add it. Returns whether that is anything. */
bool mount_events_take(const struct mount_events *events, struct mount_changes *changes);

/* Close what it owns; safe on MOUNT_EVENTS_INIT and twice. */
void mount_events_done(struct mount_events *events);

/* Who mounted or moved it last, or took it off last; 0: that was not told. */
pid_t mount_changes_attacher(const struct mount_changes *changes, uint64_t mount);
pid_t mount_changes_detacher(const struct mount_changes *changes, uint64_t mount);

/* Where one of these belonged to; NULL where that is not known. */
const struct cgroup *mount_changes_cgroup(const struct mount_changes *changes, pid_t actor);

/* Free what they own: then they are nothing. */
void mount_changes_done(struct mount_changes *changes);
