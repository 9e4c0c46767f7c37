/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of a mount helper, as mount(8) writes it. */
#pragma once

#include <stdbool.h>

#include "base/macro.h"

#define MOUNT_CALL_NAME "mount.robind"

struct mount_call {
	const char *source;
	const char *target;
	const char *namespace; /* of -N, or NULL */
	char *options;         /* all of -o, -r and -w, comma-joined; NULL for none */
	char *line_source;     /* where the source is that of a line: owned, else NULL */
	bool sloppy;
	bool fake;
	bool verbose;
	bool help; /* the rest may be missing then */
};

/*
 * Read the command line. Returns 0 with *call filled, which must be {0} before; -1 for one
 * that is none. Give *call to mount_call_done() either way.
 */
MUST_CHECK int mount_call_read(int argc, char *argv[], struct mount_call *call);

/* Free what it owns; safe on {0} and twice. */
void mount_call_done(struct mount_call *call);

/* One line; static. */
extern const char mount_call_usage[];
