/*
 * The rules: which facts are drift, which steps mend it, and what is refused. Part of
 * plan_make(), and as pure. Each returns 0, or -1 when there is no memory.
 */
#pragma once

#include "base/macro.h"
#include "plan/planner.h"

/* Judge a bind that shall be there. */
MUST_CHECK int judge_there(const struct want *want, const struct want *outer,
			   const struct have *have, bool in_check_mode, struct plan *plan);

/* Judge a bind that shall be gone. */
MUST_CHECK int judge_gone(const struct want *want, const struct have *have,
			  struct plan *plan);

/*
 * Judge what is mounted below the target (judge_below.c). *ret_replace is set when only a
 * new mount mends it, *ret_protect when a mount below has to be made read-only.
 */
MUST_CHECK int judge_below(const struct want *want, const struct have *have,
			   struct plan *plan, bool *ret_replace, bool *ret_protect);

/* Refuse a recursive bind of a tree with an unbindable mount in it, by name
 * (judge_below.c). */
MUST_CHECK int judge_unbindable(const struct want *want, const struct have *have,
				struct plan *plan);

/*
 * Judge whether the target's mount may be replaced or detached as to what is mounted below
 * it (judge_below.c); refuses by name when something would be lost.
 */
MUST_CHECK int judge_clearing(const struct want *want, const struct have *have,
			      struct plan *plan);

/*
 * A place behind an automount that check mode does not trigger cannot be judged: *ret says
 * so, and the drift tells where (judge_place.c).
 */
MUST_CHECK int judge_untriggered(const struct have *have, struct plan *plan, bool *ret);

/*
 * Refuse, with or without "replace", to touch a bind that keeps a volume alive which was
 * unmounted from the source (judge_volume.c).
 */
MUST_CHECK int judge_unmounted(const struct want *want, const struct have *have,
			       struct plan *plan);

/* The source must be there, on the mount that is asked for (judge_volume.c). */
MUST_CHECK int judge_source(const struct want *want, const struct have *have,
			    bool in_check_mode, struct plan *plan);

/* The source and the target must be of one type (judge_place.c). */
MUST_CHECK int judge_type(const struct want *want, const struct have *have,
			  struct plan *plan);

/* Nothing is mounted at the target yet (judge_place.c). */
MUST_CHECK int judge_first(const struct want *want, const struct want *outer,
			   const struct have *have, struct plan *plan);

/* Judge what fstab says of the target (judge_fstab.c). */
MUST_CHECK int judge_fstab(const struct want *want, const struct have *have,
			   struct plan *plan);
