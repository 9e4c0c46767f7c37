/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/mount_events.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

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

bool mount_events_take(const struct mount_events *events, pid_t *ret_actor)
{
	_Alignas(struct fanotify_event_metadata) char buf[4096];
	bool was_any = false;
	ssize_t left = 0;

	while (events->named >= 0 && (left = read(events->named, buf, sizeof(buf))) > 0) {
		const struct fanotify_event_metadata *event = (const void *)buf;

		was_any = true;
		for (; FAN_EVENT_OK(event, left); event = FAN_EVENT_NEXT(event, left)) {
			if (event->vers != FANOTIFY_METADATA_VERSION)
				return true;
			*ret_actor = event->pid;
		}
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
