/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to names in directories, and to a file, as inotify(7) tells it. Results are 0 or -errno. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

/* Begin to be told. Returns a descriptor, which wakes poll(2) by POLLIN, or -errno. */
MUST_CHECK int path_events_open(void);

/* True for what can be listened to without a server or a daemon. */
bool path_events_are_told(int opened);

/*
 * Be told of what `opened` (O_PATH) pins: of names in a directory, that are made, removed or
 * renamed; or, where `is_file`, that it is written to: an event of the name "". The same has
 * the same number each time. Returns the number, or -errno: -ENOSPC where
 * fs.inotify.max_user_watches is reached.
 */
MUST_CHECK int path_events_watch(int fd, int opened, bool is_file);
void path_events_unwatch(int fd, int number);

/* What one event says. */
enum path_event {
	PATH_EVENT_NAME,  /* of a name in the directory */
	PATH_EVENT_MOVED, /* what is watched has itself another place now */
	PATH_EVENT_GONE,  /* it is no longer watched: it was removed, or unmounted */
	PATH_EVENT_LOST,  /* there were too many: anything may have happened */
};

typedef void path_event_hook(void *to, enum path_event event, int number, const char *name);

/* Take what has been told, without waiting: the hook is called for each. */
void path_events_take(int fd, path_event_hook *hook, void *to);
