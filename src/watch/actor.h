/* SPDX-License-Identifier: Apache-2.0 */
/* Who was seen to change what a bind is made of. */
#pragma once

#include <sys/types.h>

#include "kernel/cgroup.h"
#include "kernel/mount_events.h"
#include "watch/glance.h"
#include "watch/touched.h"

/* {0} is nobody. */
struct actor {
	pid_t pid;
	struct cgroup cgroup; /* with nothing in it where it is not known */
};

/* What a bind was when it was as asked, and what it is. */
struct actor_traces {
	const struct glance *target_was, *target;
	const struct source_glance *source_was, *source;
};

/*
 * Find who made the one of the other, in the place of who was known before; where nobody is
 * seen to have done it, that one stays. actor_done() frees it.
 */
void actor_find(struct actor *actor, const struct actor_traces *traces,
		const struct mount_changes *changes, const struct touched *touched);

/* Free what it owns: then it is nobody. */
void actor_done(struct actor *actor);
