/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: what is wrong, what to do about it, and what will be seen then. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macro.h"
#include "observe/have.h"
#include "plan/drift.h"
#include "plan/fstab_plan.h"
#include "request/want.h"

enum step_kind {
	STEP_CREATE_TARGET,
	STEP_PEEL,           /* detach the top layer; the one below is right */
	STEP_SET_READ_ONLY,  /* in place */
	STEP_SET_OPTIONS,    /* in place */
	STEP_SET_PRIVATE,    /* in place */
	STEP_ATTACH,         /* a new mount where there is none */
	STEP_REPLACE,        /* a new mount in the place of the top one */
	STEP_DETACH,         /* the top layer, for good */
	STEP_STOP_AUTOMOUNT, /* that would mount there again; systemd takes it away */
	STEP_REMOVE_TARGET,  /* once nothing is mounted there */
	STEP_COUNT_
};

/* The name of each step in the reply's "actions"; static. */
extern const char *const step_names[STEP_COUNT_];

/* Steps in order: those to do, or those that were done. */
struct step_list {
	enum step_kind *items;
	size_t count;
};

/* Append a step. Returns 0, or -1 when there is no memory; step_list_done() frees it. */
MUST_CHECK int step_list_add(struct step_list *list, enum step_kind kind);

/* Make room for `n` more, at least 1; then they can be put there without a failure. */
MUST_CHECK int step_list_reserve(struct step_list *list, size_t n);
void step_list_put(struct step_list *list, enum step_kind kind);
void step_list_done(struct step_list *list);

/* How many steps of this kind there are, and whether there is one. */
size_t step_list_count(const struct step_list *list, enum step_kind kind);
bool step_list_has(const struct step_list *list, enum step_kind kind);

/* True when a new mount is among what the steps bring. */
bool step_list_has_new_mount(const struct step_list *list);

/* What is, or will be, seen at the target. */
struct target_state {
	bool mounted;
	bool read_only;
	bool same_as_source;
	bool recursive;
	uint32_t propagation; /* PROPAGATION_* bits */
	uint32_t attr;        /* MOUNT_FLAG_* */
	size_t stacked;       /* mounts at the target, one upon the other */
	bool in_fstab;        /* a line there binds something to the target */
};

bool target_state_is_equal(const struct target_state *a, const struct target_state *b);

/*
 * `new_flags` are the flags of a new mount beside read-only: what is asked, and what the
 * old one had. `clear_below`: mounts below the old one go with it. `leaves_copies`: copies
 * of the old mount in other namespaces may stay, because they hold mounts themselves.
 * `covered` is the root path of a mount that stays hidden below ours, borrowed from have,
 * or NULL. `kept` is why a target stays that was to be removed, or NULL. `refusal` is why not
 * all can be mended, or NULL; steps that only protect are still due then.
 */
struct plan {
	struct drift_list drift;
	struct step_list steps;
	struct flag_change new_flags;
	bool clear_below;
	bool leaves_copies;
	const char *covered;
	char *kept;
	struct line_plan line; /* for fstab; not among the steps: it comes last, for all */
	struct target_state before;
	struct target_state after; /* once all steps are done */
	struct error *refusal;
};

/* Refuse, unless the plan has a refusal already: the first one stands. */
PRINTF_LIKE(4, 5)
MUST_CHECK int plan_refuse(struct plan *plan, enum error_kind kind,
			   const struct json_pointer *at, const char *fmt, ...);

/* The same with an error that is known already. */
MUST_CHECK int plan_refuse_as(struct plan *plan, const struct error *why);

/* Record the refusal of a plan that has one. Returns -1. */
int plan_refused(const struct plan *plan, struct error *err);

/* Free what it owns; safe on {0} and twice. */
void plan_done(struct plan *plan);
