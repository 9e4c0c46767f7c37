/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch is in the midst of. Times are seconds of CLOCK_BOOTTIME. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "kernel/mount_events.h"
#include "watch/apart.h"
#include "watch/file.h"
#include "watch/held.h"
#include "watch/pass.h"
#include "watch/path_watches.h"

#define WATCH_FILES_MAX 64u

/* How often all is looked at, for what the kernel does not tell. */
#define WATCH_INTERVAL 60.0

struct watch {
	struct pass pass;
	struct watch_file *files; /* the caller's, each taken by watch_file_take() */
	size_t n_files;
	const char *const *directories; /* where other requests may appear; normalised */
	size_t n_directories;
	double interval; /* between full passes */

	/* What follows is the watch's own, and begins as zeros. */
	struct mount_events mounts;
	struct path_watches paths;
	struct apart aparts[APART_MAX];
	struct held held;
	int timer;
	int signals;
	int left;             /* of run/watched_file.h */
	bool has_mount_event; /* the binds are to be glanced at */
	bool has_lost; /* events: all is to be looked at, and all paths watched anew */
	bool is_asked_anew; /* by other requests than what is left of them (run/watched_file.h) */
	bool is_over;
	double woken;       /* when the last events came, */
	double mount_woken; /* and the first one of mounts since the last glance */
	double not_before;  /* no pass is made sooner, however many events there are */
	double full;        /* when all is looked at again */
	double find;        /* when the directories are to be searched */
	double settled;     /* when the hook of that name asked to be called again */
	struct mount_changes changes; /* what was told by name since that */
};
