/* SPDX-License-Identifier: Apache-2.0 */
/* One mount as the kernel has it, and lists of them. Plain data: no call is made here. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* MS_UNBINDABLE ... of mount(2), which statmount(2) uses for mnt_propagation too. */
#define PROPAGATION_UNBINDABLE (1u << 17)
#define PROPAGATION_PRIVATE    (1u << 18)
#define PROPAGATION_SLAVE      (1u << 19)
#define PROPAGATION_SHARED     (1u << 20)

/* The end of the root of a mount whose directory or file has been deleted. */
#define MOUNT_ROOT_DELETED "//deleted"

/*
 * A mount. `text` owns the three strings, which are NULL where they were not asked for: the
 * root is the path within the file system (with MOUNT_ROOT_DELETED when that is gone), the
 * point is where it is seen from our root directory.
 */
struct mount {
	uint64_t id; /* unique for the time the host is up, STATX_MNT_ID_UNIQUE */
	uint64_t parent;
	uint64_t superblock;  /* device number of the super block: major << 32 | minor */
	uint64_t magic;       /* of the file system, as in statfs(2) */
	uint32_t attr;        /* MOUNT_FLAG_* */
	uint32_t propagation; /* PROPAGATION_* bits */
	uint64_t peer_group;  /* of a shared mount: who is in it hands on to each other */
	uint64_t master;      /* of a slave: the peer group that it receives from */
	const char *root;
	const char *point;
	const char *fs_type;
	char *text;
};

struct mount_list {
	struct mount *items;
	size_t count;
};

/* For qsort(3) and bsearch(3) of mounts: by their points alone, which they have; and, where
 * several are at one, by their ids. */
int mount_by_point(const void *a, const void *b);
int mount_by_point_and_id(const void *a, const void *b);

/* One at this point of a list that is sorted by point, or NULL; borrowed. */
struct mount *mount_list_find(const struct mount_list *list, const char *point);

/* Free what they own; safe on {0} and twice. */
void mount_done(struct mount *m);
void mount_list_done(struct mount_list *list);

/* Give m copies of the three texts, in one piece of memory. 0 or -ENOMEM. */
MUST_CHECK int mount_set_text(struct mount *m, const char *root, const char *point,
			      const char *fs_type);

bool mount_is_read_only(const struct mount *m);
bool mount_is_shared(const struct mount *m);
bool mount_is_private(const struct mount *m);

/* True when the root of the mount has been deleted from its file system. Needs m->root. */
bool mount_is_deleted(const struct mount *m);

/* True when both show the same directory of the same file system. Needs both roots. */
bool mount_is_same_tree(const struct mount *a, const struct mount *b);
