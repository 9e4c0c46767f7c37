/* SPDX-License-Identifier: Apache-2.0 */
/* What has become of each bind of a request by now, for those whose turn is yet to come. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "observe/have.h"
#include "request/request.h"

struct turn {
	bool is_done;   /* it is as asked; in check mode: it would be */
	bool has_acted; /* this run has changed what is mounted there */
	bool has_failed;
	bool is_over;        /* it comes no more */
	bool is_around_left; /* one of those that lie next within it was not made */
	bool shows_other;    /* check mode: its mount would show other than it does now */
	bool is_uncovered;   /* a removal after its turn has taken mounts from above it */
	const struct want *failed_within; /* a removal below its target, or NULL */
	const struct want *made_within;   /* check mode: a bind that would be mounted below
					     the target of one that is to be purged */
	size_t n_removed; /* check mode: of what lies in its target would be removed by now */
	uint64_t *gone;   /* check mode: the ids of what would be detached by now, sorted */
	size_t n_gone;
	uint64_t base; /* the id of the mount that carried them */
};

/* Turns that are yet to come, one for each bind; turns_done(). NULL: there is no memory. */
MUST_CHECK struct turn *turns_make(const struct request *req);

/*
 * Check mode: all that was found at the target and below it would be detached, beside what
 * would be already. 0, or -1 when there is no memory.
 */
MUST_CHECK int turn_take(struct turn *turn, const struct have *have);

/*
 * Check mode: for one look at what lies below them, the upper `n` layers would be off, at least
 * one, with those that go along and all that is mounted on them. turn_give_back() ends that.
 * Returns 0 or -errno.
 */
MUST_CHECK int turn_peel(struct turn *turn, const struct have *have, size_t n);
void turn_give_back(struct turn *turn);

/* True when this mount would be detached by the time that is spoken of. */
bool turn_has_taken(const struct turn *turn, uint64_t id);

/* Free the turns of a request; NULL is fine. */
void turns_done(struct turn *turns, const struct request *req);
