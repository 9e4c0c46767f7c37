/* What a failed call means to the one who asked, and what to do about it. */
#pragma once

#include "base/error.h"
#include "base/macro.h"

/* Record that `doing` failed with the errno `err` at the target. Returns -1. */
int apply_fail(struct fail *f, const char *target, const char *doing, int err);

/* The parts of a sentence about a mount that another user namespace keeps as it is. */
struct locked {
	const char *member; /* of the request, that asks for the change */
	const char *path;   /* the place */
	const char *doing;
	const char *what; /* what was inherited */
	const char *mend; /* another way out, or "" */
};

/*
 * Record that the kernel refused with the errno `err` to change a mount that was inherited
 * from another user namespace. Returns -1.
 */
int apply_fail_locked(struct fail *f, const struct locked *locked, int err);
