/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules: which facts are drift, which steps mend it, and what is refused. Part of
 * plan_make(), and as pure. Each returns 0, or -1 when there is no memory.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "plan/planner.h"

/* Whether a new mount has to take the place of the top one; the stronger reason counts. */
enum replace {
	REPLACE_NOT,
	REPLACE_FOR_COPIES, /* for the sake of copies in other namespaces: gives way to what
			       is mounted below */
	REPLACE_MUST,       /* nothing else mends it */
};

/* What the mount that stays on top needs. Rules add to it, and take nothing back. */
struct repair {
	bool read_only;   /* in place */
	bool options;     /* in place */
	bool propagation; /* in place */
	enum replace replace;
};

/* Ask for a new mount, for a reason that counts unless there is a stronger one. */
static inline void repair_replace(struct repair *repair, enum replace why)
{
	if (repair->replace < why)
		repair->replace = why;
}

/* The mount shows the source, or what that was once. */
static inline bool layer_is_of_source(const struct layer *layer)
{
	return layer->kind != LAYER_OTHER;
}

/* Judge a bind that shall be there. */
MUST_CHECK int rule_there(const struct want *want, const struct want *outer,
			  const struct have *have, bool in_check_mode, struct plan *plan);

/*
 * Refuse to touch a mount at the target that may be anybody's, a bind or a whole file system
 * (rules_mount.c).
 */
MUST_CHECK int rule_foreign(const struct want *want, const struct mount *m, bool is_bind,
			    struct plan *plan);

/* Judge a bind that shall be gone (rules_gone.c). */
MUST_CHECK int rule_gone(const struct want *want, const struct have *have,
			 struct plan *plan);

/* Judge what is mounted below the target, and what is missing there (rules_submounts.c). */
MUST_CHECK int rule_submounts(const struct want *want, const struct have *have,
			      struct plan *plan, struct repair *repair);

/*
 * Refuse a recursive bind of a tree with an unbindable mount in it, or with one where the
 * request wants none, by name (rules_submounts.c).
 */
MUST_CHECK int rule_source_below(const struct want *want, const struct have *have,
				 struct plan *plan);

/*
 * Judge whether the target's mount may be replaced or detached as to what is mounted below
 * it (rules_submounts.c); refuses by name when something would be lost.
 */
MUST_CHECK int rule_clearing(const struct want *want, const struct have *have,
			     struct plan *plan);

/*
 * A place behind an automount that check mode does not trigger cannot be judged: *ret says
 * so, and the drift tells where (rules_paths.c).
 */
MUST_CHECK int rule_untriggered(const struct have *have, struct plan *plan, bool *ret);

/*
 * Refuse, with or without "replace", to touch a bind that keeps a volume alive which was
 * unmounted from the source (rules_paths.c).
 */
MUST_CHECK int rule_unmounted(const struct want *want, const struct have *have,
			      struct plan *plan);

/* The source must be there, on the mount that is asked for (rules_paths.c). */
MUST_CHECK int rule_source(const struct want *want, const struct have *have,
			   bool in_check_mode, struct plan *plan);

/* The source and the target must be of one type (rules_paths.c). */
MUST_CHECK int rule_type(const struct want *want, const struct have *have,
			 struct plan *plan);

/* Nothing is mounted at the target yet (rules_paths.c). */
MUST_CHECK int rule_first(const struct want *want, const struct want *outer,
			  const struct have *have, struct plan *plan);

/* Judge whether a target goes with its mounts, as is asked for (rules_removal.c). */
MUST_CHECK int rule_removal(const struct want *want, const struct have *have,
			    struct plan *plan);

/* What would mount there again goes with the bind (rules_removal.c). */
MUST_CHECK int rule_automount(const struct have *have, struct plan *plan);

/* Judge what fstab says of the target (rules_fstab.c). */
MUST_CHECK int rule_fstab(const struct want *want, const struct have *have,
			  struct plan *plan);
