/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of a command that fail although the kernel could do them, by seccomp(2). Unlike a
 * tracer this knows calls that are younger than the tracer, and lets the command use ptrace
 * itself, as LeakSanitizer does.
 *
 *   filter     decides by number and arguments; costs nothing, and is inherited
 *   listener   another process that each call waits for; it may look at memory, count, kill
 *
 * A filter cannot be taken off again. A process has one listener at most.
 */
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

/*
 * Filter this process and all that it starts; `flags` are those of SECCOMP_SET_MODE_FILTER.
 * Returns the listener when they ask for one, else 0; -1 with errno.
 */
int listener_filter(const struct sock_filter *code, unsigned short n, unsigned flags);

#define LISTENER_KILL (-1) /* who made the call is killed */
#define LISTENER_DONE (-2) /* the call has been made in its stead: it returns 0 */

struct listener_job {
	char **command;
	/* In the child, before the command is started: returns a listener; -1 with errno. */
	int (*listen)(void *data);
	/* 0: the call passes; an errno: it fails with that; or one of the above. */
	int (*judge)(const struct seccomp_notif *asked, void *data);
	void *data;
};

/*
 * Run a command and judge its calls until it ends, with no filter on ourselves. Returns its
 * exit status, 128+SIGNAL when it was killed, or -1 with errno.
 */
int listener_run(const struct listener_job *job);
