/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel tells that the table of mounts of this namespace changed. It does not tell what:
 * a wake-up means that something was mounted, unmounted or moved, or got other flags; not that
 * it was made shared by mount(2), nor anything about copies in other namespaces.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"

/* Who was last seen to mount or unmount something. */
struct mount_actor {
	uint64_t mount; /* the mount that it was, by its unique id */
	pid_t pid;      /* 0: nobody was seen, or it is in no process namespace of ours */
};

struct mount_events {
	int table; /* wakes poll(2) by POLLPRI; proc_pid_mountinfo(5) */
	int named; /* wakes it by POLLIN where the kernel names mounts and actors, or -1 */
};

#define MOUNT_EVENTS_INIT                                                                  \
	{                                                                                  \
		.table = -1, .named = -1                                                   \
	}

/*
 * Begin to be told. Mounts are named by fanotify's FAN_REPORT_MNT (Linux 6.14 and
 * CAP_SYS_ADMIN); where that is refused, ret->named is -1. Returns 0 or -errno; give *ret to
 * mount_events_done().
 */
MUST_CHECK int mount_events_open(struct mount_events *ret);

/*
 * Take what has been told, without waiting. Returns whether there was anything; *ret is the
 * last actor in it, and stays as it is where none was seen.
 */
bool mount_events_take(const struct mount_events *events, bool has_table_changed,
		       struct mount_actor *ret);

/* Close what it owns; safe on MOUNT_EVENTS_INIT and twice. */
void mount_events_done(struct mount_events *events);
