/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/actor.h"

#include <stdlib.h>
#include <string.h>

/* Who put one mount in the place of another; 0: nobody is seen. */
static pid_t who_changed(const struct mount_changes *changes, uint64_t was, uint64_t now)
{
	pid_t pid = was != now ? mount_changes_attacher(changes, now) : 0;

	return pid || was == now ? pid : mount_changes_detacher(changes, was);
}

static pid_t who_did(const struct actor_traces *t, const struct mount_changes *changes,
		     const struct touched *touched)
{
	pid_t pid = who_changed(changes, t->target_was->mount, t->target->mount);

	if (!pid && t->target->mount != 0)
		pid = touched_actor(touched, t->target->mount);
	if (!pid)
		pid = who_changed(changes, t->source_was->mount, t->source->mount);
	return pid;
}

void actor_find(struct actor *actor, const struct actor_traces *traces,
		const struct mount_changes *changes, const struct touched *touched)
{
	const pid_t pid = who_did(traces, changes, touched);
	const struct cgroup *known = pid ? mount_changes_cgroup(changes, pid) : NULL;

	if (!pid)
		return;
	actor_done(actor);
	actor->pid = pid;
	/* Without memory it is not known. */
	if (known && known->unit)
		actor->cgroup.unit = strdup(known->unit);
	if (known && known->container)
		actor->cgroup.container = strdup(known->container);
}

void actor_done(struct actor *actor)
{
	cgroup_done(&actor->cgroup);
	*actor = (struct actor){0};
}
