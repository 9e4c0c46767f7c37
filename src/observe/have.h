/* SPDX-License-Identifier: Apache-2.0 */
/* What is found on the machine for one bind: facts, no judgement. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "fstab/snapshot.h"
#include "fstab/source_mount.h"
#include "kernel/mount_query.h"
#include "mount/mount.h"

/*
 * One of the two paths, pinned by an open descriptor; or seen by its name alone in check
 * mode (kernel/path_glance.h).
 */
#define PINNED_BY_NAME (-10000) /* no -errno */
struct pinned_path {
	int fd; /* O_PATH, -1 when nothing is there, or PINNED_BY_NAME */
	struct file_id file_id;
	char *untriggered; /* the automount that is in the way, which check does not trigger */
	bool is_to_come; /* its path leads to it only once the bind around it is there */
	char *seen_at;   /* the path that leads to it before that; NULL: none does */
};

/* What one mount at the target shows, compared with the source. */
enum layer_kind {
	LAYER_SAME,    /* the source itself */
	LAYER_STALE,   /* the source's directory or file before it was deleted */
	LAYER_COVERED, /* what the source's path led to before a mount covered it */
	LAYER_OTHER,
};

struct layer {
	enum layer_kind kind;
	struct mount mount;
	bool goes_along; /* when one above it is taken off; found out by reach_look() */
};

/* What a mount below the target is. */
enum below_kind {
	BELOW_COPY,     /* the source has the same mount at the same place */
	BELOW_REQUEST,  /* it is the target of another bind of the request */
	BELOW_IN_FSTAB, /* it is the target of a line of robind's in fstab */
	BELOW_LEFT,     /* read-only, in a recursive bind: the source had it once */
	BELOW_KEPT,     /* a bind of the request that could not be taken away */
	BELOW_FOREIGN,
};

/* What is at a place to which a new mount at the target would come as well. */
enum reach_kind {
	REACH_SOURCE, /* the source, or it lies below */
	REACH_TARGET, /* it is the target of another bind that shall be there */
	REACH_OTHER,
};

/*
 * What the steps at the target would do elsewhere in this namespace, because the mount that
 * carries it is shared; filled by reach_look(), all NULL: nothing.
 */
struct reach {
	char *place; /* where a new mount would be seen as well */
	enum reach_kind kind;
	char *with;    /* the point of the mount that this place is on */
	char *lost;    /* what would go with the mount at the target */
	char *carrier; /* the point of the mount that carries the target */
	const struct mount *
		*copies; /* that go along, at other places; themselves borrowed */
	size_t n_copies;
	bool is_stack_known; /* which of the layers go along with others */
};

/* What a missing target would be made on; looked at where it shall be there. */
struct ground {
	uint64_t mount; /* its id; 0: not known */
	char *point; /* where that is mounted; NULL: that will have changed, or as above */
	bool is_read_only; /* that mount, at this point */
	bool is_deleted;   /* what it shows: nothing can be made in it */
};

/* What the target is without the mounts on it; looked at where it shall be removed. */
struct bare_target {
	bool is_mount;     /* another mount is there than those that shall go */
	bool is_own_place; /* the lowest of these shows this very place */
	bool is_linked;    /* a symlink leads to it */
	bool is_read_only; /* nothing can be removed from what it lies on */
	bool is_special;   /* it is neither a directory nor a file */
	char *content;     /* what it holds, in words; NULL: nothing, as far as is known */
};

/*
 * An automount at the target that carries what is mounted there, and may mount something
 * there again.
 */
struct target_automount {
	uint64_t mount;  /* its id; 0: there is none */
	uint64_t parent; /* the id of the mount that carries it */
	bool is_lowest;  /* nothing else is mounted at the target below it */
	bool is_of_systemd;
	char *unit;    /* systemd's name for it; NULL: it is another daemon's */
	bool may_stop; /* systemd would take it away; found out for what shall be gone */
};

struct have {
	struct pinned_path source;
	struct pinned_path source_mount; /* opened where a path is asked for or listed */
	struct source_mount kept;        /* what the bind's own line asks for; owned */
	const char *listed; /* the last mount point at or above the source in fstab */
	struct pinned_path target;
	bool is_uncovered; /* the target is what will be there, see observe/uncovered.h */
	struct ground ground;
	struct bare_target bare;
	struct layer *layers; /* the mounts at the target, from the top down */
	size_t n_layers;
	bool is_base_shared; /* the mount that carries the lowest of them is shared */
	uint64_t base;       /* its id */
	bool is_base_here;   /* it is a mount at the target, too, but no layer */
	struct target_automount on;     /* that other mount, where it is an automount */
	struct mount_list below;        /* the mounts below the target */
	enum below_kind *below_kinds;   /* one for each of them */
	struct mount_list source_below; /* read when something compares with it */
	bool *is_matched; /* one for each of them: the target has it as well */
	bool *is_given;   /* and for each: the request has a bind of its own at its place */
	const struct mount
		*barred;           /* one of them, the place of which in the target shall be
				       free as the request says, or NULL */
	bool is_source_unbindable; /* the mount that the source lies on is */
	uint32_t source_attr;      /* the flags of the mount that the source lies on */
	uint64_t source_magic;     /* and of its file system */
	uint64_t source_superblock; /* read when a layer was compared by its root path */
	size_t source_point_length; /* read then, too: of the path at which that is mounted */
	bool is_source_deleted;     /* what is mounted there shows what has been deleted */
	char *frozen_at; /* a read-only bind of its own place, which keeps the source from
			    being written to; or NULL */
	char *automount; /* one in the source, which mounts nothing in the bind; or NULL */
	bool is_source_empty;   /* an empty directory; read when volume_may_have_left() */
	bool is_volume_mounted; /* what the top layer shows a part of; read then, too */
	struct reach reach;
	struct fstab_facts line;
	bool matches_fstab; /* the top layer is the bind that fstab lists for the target */
};

#define HAVE_INIT                                                                          \
	{                                                                                  \
		.source = {.fd = -1}, .source_mount = {.fd = -1}, .target = {.fd = -1 }    \
	}

/* Free what it owns; safe on HAVE_INIT and twice. */
void have_done(struct have *have);

/* Close and free what it owns; safe on {.fd = -1} and twice. */
void pinned_path_done(struct pinned_path *place);

/* Move one to where there was none. */
void pinned_path_move(struct pinned_path *from, struct pinned_path *to);

bool pinned_path_is_there(const struct pinned_path *place);
bool pinned_path_is_directory(const struct pinned_path *place);

/* The id of the mount that carries all that shall go from the target. */
uint64_t have_floor(const struct have *have);

/*
 * True when the mount that carries the target's layer `i` is shared: what is attached to it
 * or detached from it reaches other mount namespaces too.
 */
bool have_is_parent_shared(const struct have *have, size_t i);
