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

struct mount_events {
	int table; /* wakes poll(2) by POLLPRI; proc_pid_mountinfo(5) */
	int named; /* wakes it by POLLIN where the kernel names mounts and actors, or -1 */
};

#define MOUNT_EVENTS_INIT                                                                  \
	{                                                                                  \
		.table = -1, .named = -1                                                   \
	}

#define MOUNT_CHANGES_MAX 512u

/* What has been told by name. */
struct mount_changes {
	uint64_t attached[MOUNT_CHANGES_MAX]; /* the ids of what was mounted, or moved */
	size_t n_attached;
	bool is_unknown; /* what was told is not all: it is not named here, or was too much */
	pid_t actor; /* who did the last of it; 0: a process that we do not see, or none */
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
