/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/path_events.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "kernel/fd.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "mount/fs_kind.h"

#define NAMES   (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define CONTENT (IN_CLOSE_WRITE | IN_MODIFY)

int path_events_open(void)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

bool path_events_are_told(int opened)
{
	struct file_id id;
	struct mount m = {0};
	bool is_heard = false;

	if (sys_is_local(opened))
		return true;
	if (sys_stat(opened, &id) < 0 || sys_mount(id.mount, false, &m) < 0)
		return false;
	is_heard = fs_is_heard(m.magic);
	mount_done(&m);
	return is_heard;
}

int path_events_watch(int fd, int opened, bool is_file)
{
	const struct fd_path path = sys_fd_path(opened);
	int number =
		inotify_add_watch(fd, path.text,
				  IN_MOVE_SELF | (is_file ? CONTENT : NAMES | IN_ONLYDIR));

	return number < 0 ? -errno : number;
}

void path_events_unwatch(int fd, int number)
{
	(void)inotify_rm_watch(fd, number);
}

static enum path_event event_of(unsigned mask)
{
	if (mask & IN_Q_OVERFLOW)
		return PATH_EVENT_LOST;
	if (mask & (IN_IGNORED | IN_UNMOUNT))
		return PATH_EVENT_GONE;
	return mask & IN_MOVE_SELF ? PATH_EVENT_MOVED : PATH_EVENT_NAME;
}

void path_events_take(int fd, path_event_hook *hook, void *to)
{
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t n = 0;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		const char *at = buf;

		while (at < buf + n) {
			const struct inotify_event *event = (const void *)at;

			hook(to, event_of(event->mask), event->wd,
			     event->len > 0 ? event->name : "");
			at += sizeof(*event) + event->len;
		}
	}
}
