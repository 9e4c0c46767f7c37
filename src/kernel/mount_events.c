/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/mount_events.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/features.h"
#include "kernel/process.h"

/* Of <linux/fanotify.h> of Linux 6.14, which older systems do not have yet. */
#ifndef FAN_REPORT_MNT
#define FAN_REPORT_MNT 0x00004000u
#endif
#ifndef FAN_MARK_MNTNS
#define FAN_MARK_MNTNS 0x00000110u
#endif
#ifndef FAN_MNT_ATTACH
#define FAN_MNT_ATTACH 0x01000000u
#endif
#ifndef FAN_MNT_DETACH
#define FAN_MNT_DETACH 0x02000000u
#endif
#ifndef FAN_EVENT_INFO_TYPE_MNT
#define FAN_EVENT_INFO_TYPE_MNT 7
struct fanotify_event_info_mnt {
	struct fanotify_event_info_header hdr;
	uint64_t mnt_id; /* the unique one */
};
#endif

static int open_named(void)
{
	scoped_fd int namespace = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	scoped_fd int fd = -1;

	if (namespace < 0)
		return -1;
	fd = (int)syscall(SYS_fanotify_init,
			  FAN_CLASS_NOTIF | FAN_REPORT_MNT | FAN_CLOEXEC | FAN_NONBLOCK,
			  O_RDONLY | O_CLOEXEC);
	if (fd < 0 ||
	    syscall(SYS_fanotify_mark, fd, FAN_MARK_ADD | FAN_MARK_MNTNS,
		    (uint64_t)(FAN_MNT_ATTACH | FAN_MNT_DETACH), namespace, NULL) < 0)
		return -1;
	return steal_fd(&fd);
}

/* proc(5): the file tells of changes since it was opened or last polled. */
int mount_events_open(struct mount_events *ret)
{
	*ret = (struct mount_events)MOUNT_EVENTS_INIT;
	ret->table = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (ret->table < 0)
		return -errno;
	ret->named = open_named();
	return 0;
}

static void add_actor(struct mount_changes *changes, pid_t pid)
{
	struct mount_actor *actor = &changes->actors[changes->n_actors];

	if (pid <= 0 || changes->n_actors == MOUNT_ACTORS_MAX ||
	    mount_changes_cgroup(changes, pid))
		return;
	actor->pid = pid;
	changes->n_actors += sys_process_cgroup(pid, &actor->cgroup) == 0;
}

static void add_change(struct mount_changes *changes, bool is_attached,
		       const struct mount_change *change)
{
	struct mount_change *list = is_attached ? changes->attached : changes->detached;
	size_t *n = is_attached ? &changes->n_attached : &changes->n_detached;

	if (*n < MOUNT_CHANGES_MAX)
		list[(*n)++] = *change;
	else
		changes->is_unknown |= is_attached;
	add_actor(changes, change->actor);
}

static void take(const struct fanotify_event_metadata *event, struct mount_changes *changes)
{
	const struct fanotify_event_info_mnt *info = (const void *)(event + 1);
	struct mount_change change = {.actor = event->pid};

	if (event->vers != FANOTIFY_METADATA_VERSION || (event->mask & FAN_Q_OVERFLOW) ||
	    event->event_len < sizeof(*event) + sizeof(*info) ||
	    info->hdr.info_type != FAN_EVENT_INFO_TYPE_MNT) {
		changes->is_unknown = true;
		return;
	}
	change.mount = info->mnt_id;
	if (event->mask & FAN_MNT_ATTACH)
		add_change(changes, true, &change);
	if (event->mask & FAN_MNT_DETACH)
		add_change(changes, false, &change);
}

bool mount_events_take(const struct mount_events *events, struct mount_changes *changes)
{
	_Alignas(struct fanotify_event_metadata) char buf[4096];
	bool was_any = false;
	ssize_t left = 0;

	/* Ids of another kind cannot be asked for. */
	changes->is_unknown |= events->named < 0 || !sys_ids_are_unique();
	while (events->named >= 0 && (left = read(events->named, buf, sizeof(buf))) > 0) {
		const struct fanotify_event_metadata *event = (const void *)buf;

		was_any = true;
		for (; FAN_EVENT_OK(event, left); event = FAN_EVENT_NEXT(event, left))
			take(event, changes);
	}
	return was_any;
}

void mount_events_done(struct mount_events *events)
{
	if (events->table >= 0)
		(void)close(events->table);
	if (events->named >= 0)
		(void)close(events->named);
	*events = (struct mount_events)MOUNT_EVENTS_INIT;
}

static pid_t last_actor(const struct mount_change *list, size_t n, uint64_t mount)
{
	while (n > 0 && list[n - 1].mount != mount)
		n--;
	return n > 0 ? list[n - 1].actor : 0;
}

pid_t mount_changes_attacher(const struct mount_changes *changes, uint64_t mount)
{
	return last_actor(changes->attached, changes->n_attached, mount);
}

pid_t mount_changes_detacher(const struct mount_changes *changes, uint64_t mount)
{
	return last_actor(changes->detached, changes->n_detached, mount);
}

const struct cgroup *mount_changes_cgroup(const struct mount_changes *changes, pid_t actor)
{
	for (size_t i = 0; i < changes->n_actors; i++) {
		if (changes->actors[i].pid == actor)
			return &changes->actors[i].cgroup;
	}
	return NULL;
}

void mount_changes_done(struct mount_changes *changes)
{
	while (changes->n_actors > 0)
		cgroup_done(&changes->actors[--changes->n_actors].cgroup);
	changes->n_attached = 0;
	changes->n_detached = 0;
	changes->is_unknown = false;
}
