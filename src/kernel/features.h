/* SPDX-License-Identifier: Apache-2.0 */
/* What this kernel and this process can do. */
#pragma once

#include <stdbool.h>

struct features {
	bool mount_calls;  /* open_tree, move_mount (5.2), mount_setattr (5.12) */
	bool view_calls;   /* statmount, listmount, STATX_MNT_ID_UNIQUE (6.8) */
	bool mountinfo;    /* /proc/self/mountinfo can be read */
	bool cached_walks; /* openat2 with RESOLVE_CACHED (5.12) */
	bool is_rooted;    /* a mount begins at our root directory, or it cannot be told */
	bool may_mount;    /* CAP_SYS_ADMIN over our mount namespace */
	bool is_private;   /* process 1 is in another mount namespace, as far as is seen */
	unsigned mount_id; /* the STATX_MNT_ID bit that works (5.8), or 0 */
};

/*
 * Ask once with harmless calls, before any other call of this folder; a later EPERM is
 * never taken for a missing call. Returns features_found().
 */
const struct features *features_probe(void);

/*
 * What was found, nothing before that. There is one copy for the whole process: every call
 * of this folder goes by it, and none may see another than the others.
 */
const struct features *features_found(void);

/* True when the id of a mount that is gone is never given to another one (6.8). */
bool sys_ids_are_unique(void);

/* True when a copy lies in no namespace until it is attached (5.12). */
bool sys_copies_are_detached(void);
